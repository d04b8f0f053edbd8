using System.Management.Automation;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

/// <summary>
/// A variable that was never set means nothing: given to a parameter it is an error, and neither "all" nor 0. Each parameter of each command is bound with it. A parameter that no
/// command has is given, too, so that none runs: PowerShell looks at the values of those that it knows first.
/// </summary>
public sealed class NullArgumentTests
{
    private const string Unknown = "NoCommandHasThis";

    // A knob that this kernel lacks is null in saved settings, and an empty field in a CSV file; a program may have no arguments.
    private static readonly string[] Allowed =
    [
        .. Surface.Cmdlets.Single(cmdlet => cmdlet.Name == "Set-KsmConfiguration").Parameters.Values
            .Where(parameter => KsmKnob.All.Any(knob => knob.Property == parameter.Name)).Select(parameter => $"Set-KsmConfiguration -{parameter.Name}"),
        "Start-KsmProcess -ArgumentList",
    ];

    [Theory]
    [InlineData("$null")]
    [InlineData("@()")]
    [InlineData("@($null)")]
    [InlineData("@($null, 1)")]
    [InlineData("''")]
    public void What_was_never_set_is_refused(string value)
    {
        using var host = new ModuleHost();
        IEnumerable<string> taken =
            from cmdlet in Surface.Cmdlets
            from parameter in cmdlet.Parameters.Values
            where !Cmdlet.CommonParameters.Contains(parameter.Name) && !Cmdlet.OptionalCommonParameters.Contains(parameter.Name)
            where !parameter.SwitchParameter && TakesKind(parameter.ParameterType, value)
            where !Allowed.Contains($"{cmdlet.Name} -{parameter.Name}")
            let id = Assert.Single(host.Run($"{cmdlet.Name} -{parameter.Name} {value} -{Unknown}").Errors).FullyQualifiedErrorId
            where !IsAboutValue(id)
            select $"{cmdlet.Name} -{parameter.Name} {value}: {id}";
        Assert.Empty(taken);
    }

    [Fact]
    public void What_is_given_is_taken()
    {
        using var host = new ModuleHost();
        Assert.StartsWith("NamedParameterNotFound", Assert.Single(host.Run($"Invoke-KsmMerge -Id 1, 2 -{Unknown}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("NamedParameterNotFound", Assert.Single(host.Run($"Enable-RmapTrace -PageType Ksm, File -{Unknown}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private static bool IsAboutValue(string id) => id.StartsWith("ParameterArgument", StringComparison.Ordinal) || id.StartsWith("ParameterBindingFailed", StringComparison.Ordinal)
        || id.StartsWith("CannotConvertArgument", StringComparison.Ordinal);

    // What has no lists takes no list, and what takes any object finds out itself; an empty text is a text.
    private static bool TakesKind(Type type, string value) => value switch
    {
        "$null" => true,
        "''" => type == typeof(string),
        "@($null, 1)" => type.IsArray && (type.GetElementType()!.IsValueType || type == typeof(string[])),
        _ => type.IsArray,
    };
}
