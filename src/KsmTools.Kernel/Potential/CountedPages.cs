namespace KsmTools.Potential;

/// <summary>What was counted of all processes.</summary>
/// <param name="Contents">How often each content was met.</param>
/// <param name="Pages">The content of each page, process by process.</param>
/// <param name="Special">Of contents that have them, the frames that merging does not simply free.</param>
internal sealed record CountedPages(ContentTable Contents, PageList Pages, IReadOnlyDictionary<int, ContentFrames> Special);
