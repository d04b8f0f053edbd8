using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;

namespace KsmTools.Tests.Conventions;

public sealed partial class CmdletConventionTests
{
    private static readonly string[] ChangingVerbs =
        ["Clear", "Disable", "Enable", "Export", "Invoke", "Move", "New", "Optimize", "Remove", "Reset", "Restore", "Save", "Set", "Start", "Stop"];

    // A test that needs ksmd to run changes its settings for a while.
    private static readonly string[] ChangingTests = ["Test-KsmMigration"];

    // Names that cmdlet design guidelines keep for the engine.
    private static readonly string[] ReservedParameters = ["Confirm", "WhatIf", "UseTransaction", "SelectProperty", "SelectObject"];

    [Fact]
    public void The_manifest_exports_what_the_assembly_declares_and_nothing_else()
    {
        Assert.NotEmpty(Surface.DeclaredNames);
        Assert.Equal(Surface.DeclaredNames, Surface.Strings(Surface.Manifest()["CmdletsToExport"]));
        Assert.Equal(Surface.DeclaredNames, Surface.Cmdlets.Select(cmdlet => cmdlet.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Verbs_are_approved()
    {
        HashSet<string> approved =
        [
            .. typeof(VerbsCommon).Assembly.GetExportedTypes()
                .Where(type => type.Name.StartsWith("Verbs", StringComparison.Ordinal))
                .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
                .Where(field => field.IsLiteral)
                .Select(field => (string)field.GetRawConstantValue()!),
        ];
        Assert.DoesNotContain(Surface.Cmdlets, cmdlet => !approved.Contains(cmdlet.Verb));
    }

    [Fact]
    public void Nouns_are_prefixed_and_singular() =>
        Assert.All(Surface.Cmdlets, cmdlet => Assert.Matches(SingularNoun(), cmdlet.Noun));

    [Fact]
    public void Cmdlets_are_sealed_and_share_their_base()
    {
        Assert.DoesNotContain(Surface.Cmdlets, cmdlet => !cmdlet.ImplementingType.IsSealed);
        Assert.DoesNotContain(Surface.Cmdlets, cmdlet => !cmdlet.ImplementingType.IsSubclassOf(typeof(KsmToolsCommand)));
        Assert.DoesNotContain(Surface.Cmdlets, cmdlet => cmdlet.ImplementingType.Namespace != "KsmTools.Commands");
    }

    [Fact]
    public void No_parameter_has_a_reserved_name() =>
        Assert.Empty(OwnProperties().Select(own => own.Property.Name).Intersect(ReservedParameters));

    [Fact]
    public void At_most_one_parameter_of_a_set_takes_whole_objects_from_the_pipeline() =>
        Assert.Empty(Surface.Cmdlets
            .SelectMany(cmdlet => cmdlet.ParameterSets.Select(set => (cmdlet.Name, Set: set)))
            .Where(item => item.Set.Parameters.Count(parameter => parameter.ValueFromPipeline) > 1)
            .Select(item => $"{item.Name} {item.Set.Name}"));

    [Fact]
    public void Objects_come_from_the_pipeline_one_at_a_time()
    {
        // Names, ids and paths are arrays everywhere in PowerShell; an array of objects would be allocated for every object.
        IEnumerable<string> arrays =
            from cmdlet in Surface.Cmdlets
            from set in cmdlet.ParameterSets
            from parameter in set.Parameters
            where parameter.ValueFromPipeline && parameter.ParameterType.IsArray
            let element = parameter.ParameterType.GetElementType()!
            where element != typeof(string) && element != typeof(int)
            select $"{cmdlet.Name} -{parameter.Name} {parameter.ParameterType}";
        Assert.Empty(arrays);
    }

    [Fact]
    public void What_changes_state_can_be_asked_what_it_would_do() =>
        Assert.DoesNotContain(Surface.Cmdlets, cmdlet => Changes(cmdlet) && !Surface.SupportsShouldProcess(cmdlet));

    [Fact]
    public void What_only_reads_does_not_offer_WhatIf() =>
        Assert.DoesNotContain(Surface.Cmdlets, cmdlet => !Changes(cmdlet) && Surface.SupportsShouldProcess(cmdlet));

    [Fact]
    public void What_can_run_out_of_memory_asks_first()
    {
        CmdletInfo stop = Surface.Cmdlets.Single(cmdlet => cmdlet.Name == "Stop-Ksm");
        Assert.Equal(ConfirmImpact.High, stop.ImplementingType.GetCustomAttribute<CmdletAttribute>()!.ConfirmImpact);
        Assert.Contains("Force", stop.Parameters.Keys);
    }

    [Fact]
    public void Output_is_declared_and_typed()
    {
        Assert.All(Surface.Cmdlets, cmdlet => Assert.NotEmpty(Surface.DeclaredOutput(cmdlet)));
        Assert.DoesNotContain(typeof(PSObject), Surface.Cmdlets.SelectMany(Surface.DeclaredOutput));
        Assert.All(Surface.OutputTypes, type => Assert.True(type is { IsVisible: true, IsSealed: true }, type.FullName));
    }

    [Fact]
    public void What_passes_nothing_by_default_has_PassThru() =>
        Assert.Empty(Surface.Cmdlets
            .Where(cmdlet => cmdlet.Verb is "Set" or "Reset" or "Save" or "Stop" || cmdlet.Name == "Start-Ksm")
            .Where(cmdlet => !cmdlet.Parameters.TryGetValue("PassThru", out ParameterMetadata? passThru) || !passThru.SwitchParameter)
            .Select(cmdlet => cmdlet.Name));

    [Fact]
    public void Switches_are_off_unless_given()
    {
        IEnumerable<string> on =
            from own in OwnProperties()
            where own.Property.PropertyType == typeof(SwitchParameter)
            where (SwitchParameter)own.Property.GetValue(Activator.CreateInstance(own.Cmdlet.ImplementingType))!
            select own.ToString();
        Assert.Empty(on);
    }

    private static bool Changes(CmdletInfo cmdlet) => ChangingVerbs.Contains(cmdlet.Verb) || ChangingTests.Contains(cmdlet.Name);

    private static IEnumerable<(CmdletInfo Cmdlet, PropertyInfo Property)> OwnProperties() =>
        from cmdlet in Surface.Cmdlets
        from property in cmdlet.ImplementingType.GetProperties()
        where property.IsDefined(typeof(ParameterAttribute))
        select (cmdlet, property);

    [GeneratedRegex("^(Ksm|Ksm[A-Z][A-Za-z]*|Rmap[A-Z][A-Za-z]*|NumaNode|ProcessPage)(?<=[^s]|ss|us)$")]
    private static partial Regex SingularNoun();
}
