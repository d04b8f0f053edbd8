using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Xml.Linq;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

/// <summary>The public surface as PowerShell sees it after Import-Module.</summary>
internal static class Surface
{
    private static readonly Lazy<IReadOnlyList<CmdletInfo>> Imported = new(Import);

    public static IReadOnlyList<CmdletInfo> Cmdlets => Imported.Value;

    /// <summary>The cmdlets that the module assembly declares, exported or not.</summary>
    public static IReadOnlyList<string> DeclaredNames { get; } =
    [
        .. typeof(KsmToolsCommand).Assembly.GetTypes()
            .Where(type => !type.IsAbstract)
            .Select(type => type.GetCustomAttribute<CmdletAttribute>())
            .OfType<CmdletAttribute>()
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Our own types among those that cmdlets say they write.</summary>
    public static IEnumerable<Type> OutputTypes =>
        Cmdlets.SelectMany(cmdlet => DeclaredOutput(cmdlet)).Where(IsOurs).Distinct();

    public static IEnumerable<Type> DeclaredOutput(CmdletInfo cmdlet) =>
        cmdlet.ImplementingType.GetCustomAttributes<OutputTypeAttribute>()
            .SelectMany(attribute => attribute.Type)
            .Select(name => name.Type ?? throw new InvalidOperationException($"{cmdlet.Name}: no type {name.Name}"));

    public static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("KsmTools", StringComparison.Ordinal);

    public static bool SupportsShouldProcess(CmdletInfo cmdlet) => cmdlet.Parameters.ContainsKey("WhatIf");

    /// <summary>The manifest's table, read as data.</summary>
    public static System.Collections.Hashtable Manifest()
    {
        ScriptBlockAst script = Parser.ParseFile(Checkout.Manifest, out _, out ParseError[] errors);
        Assert.Empty(errors);
        return (System.Collections.Hashtable)script.Find(node => node is HashtableAst, searchNestedScriptBlocks: false).SafeGetValue();
    }

    /// <summary>The views that the module ships.</summary>
    public static IReadOnlyList<XElement> Views() =>
    [
        .. Strings(Manifest()["FormatsToProcess"]).SelectMany(path => XDocument.Load(Path.Combine(Checkout.Root, path)).Descendants("View")),
    ];

    public static string[] Strings(object? value) =>
        value switch
        {
            null => [],
            string text => [text],
            object[] array => [.. array.Cast<string>()],
            _ => throw new ArgumentException($"{value} is no list", nameof(value)),
        };

    private static IReadOnlyList<CmdletInfo> Import()
    {
        using var host = new ModuleHost();
        IReadOnlyList<CmdletInfo> cmdlets = host.Run("Get-Command -Module KsmTools").All<CmdletInfo>();
        Assert.NotEmpty(cmdlets);

        // Read while the runspace is open: PowerShell builds them on first use.
        _ = cmdlets.Sum(cmdlet => cmdlet.Parameters.Count + cmdlet.ParameterSets.Count);
        return cmdlets;
    }
}
