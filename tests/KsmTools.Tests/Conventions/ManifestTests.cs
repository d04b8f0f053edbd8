using System.Collections;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

public sealed class ManifestTests
{
    [Fact]
    public void It_says_where_the_module_runs()
    {
        Hashtable manifest = Surface.Manifest();
        Assert.Equal("7.6", manifest["PowerShellVersion"]);
        Assert.Equal(["Core"], Surface.Strings(manifest["CompatiblePSEditions"]));
        Assert.Equal("bin/KsmTools.dll", manifest["RootModule"]);
    }

    [Fact]
    public void It_exports_cmdlets_only()
    {
        Hashtable manifest = Surface.Manifest();
        foreach (string list in new[] { "FunctionsToExport", "VariablesToExport", "AliasesToExport" })
        {
            Assert.Empty(Surface.Strings(manifest[list]));
        }

        Assert.DoesNotContain(Surface.Strings(manifest["CmdletsToExport"]), name => name.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public void It_says_what_a_gallery_shows()
    {
        Hashtable manifest = Surface.Manifest();
        var data = (Hashtable)((Hashtable)manifest["PrivateData"]!)["PSData"]!;
        Assert.Contains("Linux", Surface.Strings(data["Tags"]));
        Assert.Contains("PSEdition_Core", Surface.Strings(data["Tags"]));
        foreach (string uri in new[] { "LicenseUri", "ProjectUri" })
        {
            Assert.True(Uri.TryCreate((string?)data[uri], UriKind.Absolute, out Uri? parsed) && parsed.Scheme == Uri.UriSchemeHttps, uri);
        }

        Assert.NotEqual("", data["ReleaseNotes"]);
        Assert.NotEqual("", manifest["Description"]);
    }

    [Fact]
    public void Its_version_is_the_assemblys()
    {
        Version assembly = typeof(KsmToolsCommand).Assembly.GetName().Version!;
        Assert.Equal(assembly.ToString(3), Surface.Manifest()["ModuleVersion"]);
    }

    [Fact]
    public void It_loads_every_view_and_type_file_that_ships()
    {
        Hashtable manifest = Surface.Manifest();
        IEnumerable<string> shipped = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "Module"), "*.ps1xml")
            .Select(path => "Module/" + Path.GetFileName(path));
        Assert.Equal(
            shipped.Order(StringComparer.Ordinal),
            Surface.Strings(manifest["FormatsToProcess"]).Concat(Surface.Strings(manifest["TypesToProcess"])).Order(StringComparer.Ordinal));
    }
}
