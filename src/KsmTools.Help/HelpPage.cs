namespace KsmTools.Help;

/// <summary>What the author of a cmdlet's help wrote; everything else about a cmdlet is known from the cmdlet itself.</summary>
internal sealed class HelpPage
{
    public required string Path { get; init; }

    public string Name { get; set; } = "";

    public List<string> Synopsis { get; } = [];

    /// <summary>The sections that are there, with the line each starts at.</summary>
    public Dictionary<string, int> Sections { get; } = new(StringComparer.Ordinal);

    public List<string> Description { get; } = [];

    public List<HelpEntry> Parameters { get; } = [];

    public List<HelpEntry> Inputs { get; } = [];

    public List<HelpEntry> Outputs { get; } = [];

    public List<string> Notes { get; } = [];

    public List<HelpEntry> Examples { get; } = [];

    public List<string> Links { get; } = [];
}

/// <summary>A part of a section under a heading of its own.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Line">Where it is.</param>
internal sealed record HelpEntry(string Title, int Line)
{
    /// <summary>The first fenced block, where the section is <c>Examples</c>.</summary>
    public string? Code { get; set; }

    public List<string> Paragraphs { get; } = [];
}
