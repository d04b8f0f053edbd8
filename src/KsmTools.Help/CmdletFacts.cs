using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace KsmTools.Help;

/// <summary>A cmdlet as PowerShell itself sees it.</summary>
internal sealed class CmdletFacts
{
    private readonly Cmdlet _instance;

    private CmdletFacts(CmdletInfo info)
    {
        Info = info;
        _instance = (Cmdlet)Activator.CreateInstance(info.ImplementingType)!;
    }

    public CmdletInfo Info { get; }

    public string Name => Info.Name;

    /// <summary>The cmdlet's own parameters by name, that is without the common ones and without WhatIf and Confirm.</summary>
    public IReadOnlyList<string> OwnParameters =>
        [.. Info.Parameters.Keys.Where(name => !IsCommon(name) && !IsShouldProcess(name)).Order(StringComparer.Ordinal)];

    /// <summary>The full names of the types that the cmdlet writes; none where it says <see cref="void"/>.</summary>
    public IReadOnlyList<string> OutputTypes =>
    [
        .. Info.ImplementingType.GetCustomAttributes<OutputTypeAttribute>()
            .SelectMany(attribute => attribute.Type)
            .Where(type => type.Type != typeof(void))
            .Select(type => type.Name)
            .Distinct(),
    ];

    /// <summary>All cmdlets of an assembly, in order of their names.</summary>
    public static IReadOnlyList<CmdletFacts> Of(IEnumerable<Type> types)
    {
        var state = InitialSessionState.Create();
        var names = new List<string>();
        foreach (Type type in types)
        {
            if (type.IsAbstract || type.GetCustomAttribute<CmdletAttribute>() is not { } cmdlet)
            {
                continue;
            }

            names.Add($"{cmdlet.VerbName}-{cmdlet.NounName}");
            state.Commands.Add(new SessionStateCmdletEntry(names[^1], type, helpFileName: null));
        }

        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        return
        [
            .. names.Order(StringComparer.Ordinal)
                .Select(name => (CmdletInfo)runspace.SessionStateProxy.InvokeCommand.GetCommand(name, CommandTypes.Cmdlet))
                .Select(Resolved),
        ];
    }

    public static bool IsCommon(string parameter) => Cmdlet.CommonParameters.Contains(parameter);

    public static bool IsShouldProcess(string parameter) => parameter is "WhatIf" or "Confirm";

    /// <summary>The parameters of a set in the order in which PowerShell shows them: by position, then the mandatory ones, then the rest.</summary>
    public static IEnumerable<CommandParameterInfo> InDisplayOrder(CommandParameterSetInfo set) =>
        set.Parameters
            .Where(parameter => !IsCommon(parameter.Name))
            .OrderBy(parameter => parameter.Position < 0)
            .ThenBy(parameter => parameter.Position)
            .ThenBy(parameter => !parameter.IsMandatory)
            .ThenBy(parameter => IsShouldProcess(parameter.Name));

    /// <summary>The value that a parameter has when it is not given, as text.</summary>
    public string DefaultOf(string parameter)
    {
        object? value = _instance.GetType().GetProperty(parameter)?.GetValue(_instance);
        return value switch
        {
            null => "None",
            Array { Length: 0 } => "None",
            Array array => string.Join(", ", array.Cast<object>()),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "None",
        };
    }

    /// <summary>Whether a parameter takes wildcards.</summary>
    public bool TakesWildcards(string parameter) =>
        Info.Parameters[parameter].Attributes.OfType<SupportsWildcardsAttribute>().Any();

    private static CmdletFacts Resolved(CmdletInfo info)
    {
        // Read while the runspace is open: PowerShell builds them on first use.
        _ = info.Parameters.Count + info.ParameterSets.Count;
        return new CmdletFacts(info);
    }
}
