using System.Collections;
using System.Xml.Linq;
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
        Assert.True(Uri.TryCreate((string?)data["LicenseUri"], UriKind.Absolute, out Uri? parsed) && parsed.Scheme == Uri.UriSchemeHttps);
        Assert.NotEqual("", manifest["Description"]);
    }

    /// <summary>The changelog's section of a version starts with a paragraph that sums it up, and that is what a gallery shows.</summary>
    [Fact]
    public void Its_release_notes_are_how_the_changelog_sums_the_version_up()
    {
        Hashtable manifest = Surface.Manifest();
        string[] sections = File.ReadAllText(Path.Combine(Checkout.Root, "CHANGELOG.md")).Split("\n## ");
        string section = sections.FirstOrDefault(text => text.StartsWith($"[{manifest["ModuleVersion"]}]", StringComparison.Ordinal))
            ?? sections.First(text => text.StartsWith("[Unreleased]", StringComparison.Ordinal));
        string summary = section.Split("\n\n")[1];
        Assert.False(summary.StartsWith('#'), "The section has no summary.");
        var data = (Hashtable)((Hashtable)manifest["PrivateData"]!)["PSData"]!;
        Assert.Equal(Words(summary + " CHANGELOG.md has the details."), Words((string?)data["ReleaseNotes"]));
    }

    [Fact]
    public void Its_version_is_the_assemblys()
    {
        Version assembly = typeof(KsmToolsCommand).Assembly.GetName().Version!;
        Assert.Equal(assembly.ToString(3), Surface.Manifest()["ModuleVersion"]);
    }

    /// <summary>Each file that Import-Module reads costs it a millisecond and more; the build makes one of each kind.</summary>
    [Theory]
    [InlineData("FormatsToProcess", "View")]
    [InlineData("TypesToProcess", "Type")]
    public void It_loads_every_view_and_type_of_the_sources(string list, string element)
    {
        string loaded = Assert.Single(Surface.Strings(Surface.Manifest()[list]));
        IEnumerable<string> sources = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "Module"), "*.ps1xml", SearchOption.AllDirectories);
        string[] wanted = [.. sources.SelectMany(path => Elements(path, element)).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(wanted);
        Assert.Equal(wanted, Elements(Path.Combine(Checkout.Root, loaded), element).Order(StringComparer.Ordinal));
    }

    /// <summary>Of several views of a type and shape the first is the default.</summary>
    [Fact]
    public void Its_views_are_in_the_order_of_their_source()
    {
        string[] loaded = [.. Elements(Path.Combine(Checkout.Root, Surface.Strings(Surface.Manifest()["FormatsToProcess"])[0]), "View")];
        foreach (string source in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "Module"), "*.Format.ps1xml"))
        {
            int[] places = [.. Elements(source, "View").Select(view => Array.IndexOf(loaded, view))];
            Assert.Equal(places.Order(), places);
        }
    }

    /// <summary>What is only for Format-Wide comes after all that shows more: PowerShell takes the first view that a type has.</summary>
    [Fact]
    public void No_type_with_a_table_or_a_list_is_shown_by_its_name_alone()
    {
        Dictionary<string, string> first = [];
        HashSet<string> others = [];
        foreach (var view in Surface.Views())
        {
            string shape = view.Elements().Single(element => element.Name.LocalName.EndsWith("Control", StringComparison.Ordinal)).Name.LocalName;
            foreach (string type in view.Descendants("TypeName").Select(name => name.Value))
            {
                first.TryAdd(type, shape);
                _ = shape == "WideControl" || others.Add(type);
            }
        }

        Assert.NotEmpty(others);
        Assert.Empty(first.Where(type => type.Value == "WideControl" && others.Contains(type.Key)).Select(type => type.Key));
    }

    private static string Words(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // Without the white space and comments that are for people.
    private static IEnumerable<string> Elements(string path, string name)
    {
        XDocument document = XDocument.Load(path);
        document.DescendantNodes().OfType<XComment>().Remove();
        return document.Descendants(name).Select(element => element.ToString(SaveOptions.DisableFormatting));
    }
}
