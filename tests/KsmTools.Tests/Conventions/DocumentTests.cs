using System.Text.RegularExpressions;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

/// <summary>The documents for people: what they point at is there.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
    [
        .. Directory.EnumerateFiles(Checkout.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md"))
            .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), "README.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Checkout.Root, path))
            .Where(path => path != "THIRD-PARTY-NOTICES.md" && !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_to_files_that_are_there(string document)
    {
        string path = Path.Combine(Checkout.Root, document);
        Assert.All(
            Link().Matches(File.ReadAllText(path)).Select(link => link.Groups["file"].Value),
            file => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, file)), $"{document} points at {file}."));
    }

    [Fact]
    public void Facts_name_types_that_are_there()
    {
        HashSet<string> types = [.. typeof(KernelTree).Assembly.GetTypes().Concat(typeof(KsmToolsCommand).Assembly.GetTypes()).Select(type => type.Name.Split('`')[0])];
        string[] named =
        [
            .. File.ReadLines(Path.Combine(Checkout.Root, "docs", "kernel-facts.md"))
                .Where(line => line.StartsWith('|'))
                .SelectMany(line => TypeName().Matches(line.TrimEnd(' ', '|').Split('|')[^1]).Select(name => name.Groups["type"].Value))
                .Distinct(),
        ];
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(types));
    }

    [Fact]
    public void Troubleshooting_has_every_reason_and_its_category() => Assert.Equal(
        Enum.GetValues<ErrorReason>().Select(reason => $"{reason} {ErrorRecords.From(new KsmToolsException(reason, null, "", "")).CategoryInfo.Category}"),
        ReasonRow().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "troubleshooting.md"))).Select(row => $"{row.Groups["reason"].Value} {row.Groups["category"].Value}"));

    [GeneratedRegex(@"\]\((?<file>[^)#:]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| `(?<reason>\w+)` \| [^|]+ \| `(?<category>\w+)` \|$", RegexOptions.Multiline)]
    private static partial Regex ReasonRow();

    // `KsmKnob` and `KsmKnob.InApplyOrder`, and not `MADV_PAGEOUT` or `vm.max_map_count`.
    [GeneratedRegex(@"`(?<type>[A-Z][a-z]\w*?[a-z]\w*)(\.\w+)?`")]
    private static partial Regex TypeName();
}
