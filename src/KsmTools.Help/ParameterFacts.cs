using System.Globalization;
using System.Management.Automation;

namespace KsmTools.Help;

/// <summary>A parameter in one parameter set, or what holds over all sets that have it.</summary>
internal sealed class ParameterFacts(params IReadOnlyList<CommandParameterInfo> sets)
{
    public string Name => sets[0].Name;

    public Type Type => sets[0].ParameterType;

    public bool IsMandatory => sets.All(set => set.IsMandatory);

    public string Position => sets[0].Position < 0 ? "named" : sets[0].Position.ToString(CultureInfo.InvariantCulture);

    public string Aliases => sets[0].Aliases.Count == 0 ? "none" : string.Join(", ", sets[0].Aliases.Order(StringComparer.Ordinal));

    public string PipelineInput
    {
        get
        {
            var ways = new List<string>();
            if (sets.Any(set => set.ValueFromPipeline))
            {
                ways.Add("ByValue");
            }

            if (sets.Any(set => set.ValueFromPipelineByPropertyName))
            {
                ways.Add("ByPropertyName");
            }

            return ways.Count == 0 ? "False" : $"True ({string.Join(", ", ways)})";
        }
    }
}
