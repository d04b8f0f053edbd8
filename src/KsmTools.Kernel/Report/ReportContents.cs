namespace KsmTools.Report;

/// <summary>All that a report says, whatever it is written as.</summary>
/// <param name="Title">The title.</param>
/// <param name="Written">When it was written, and by what.</param>
/// <param name="Warnings">What is to be read before all else.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Facts">What the walks were taken on: names with their values.</param>
/// <param name="Notes">What is missing, and what figures mean.</param>
internal sealed record ReportContents(
    string Title, string Written, IReadOnlyList<string> Warnings, IReadOnlyList<ReportGroup> Groups, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<string> Notes)
{
    /// <summary>The same with every text that may be anybody's as it can be painted.</summary>
    public ReportContents Paintable() => new(
        FontMetrics.Paintable(Title),
        Written,
        [.. Warnings.Select(FontMetrics.Paintable)],
        [.. Groups.Select(group => group with { Name = FontMetrics.Paintable(group.Name) })],
        [.. Facts.Select(fact => (FontMetrics.Paintable(fact.Name), FontMetrics.Paintable(fact.Value)))],
        [.. Notes.Select(FontMetrics.Paintable)]);
}
