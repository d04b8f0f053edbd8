using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Records;

namespace KsmTools.Migration;

/// <summary>
/// Keeps frames that compaction left where they are from coming round again: what was just freed is what the kernel hands out next. Compaction takes what lies low in a zone, so
/// each further attempt also takes more of what is handed out first, 2 MiB to 16 MiB, to get at other places.
/// </summary>
internal sealed class TriedFrames(KernelTree kernel) : IDisposable
{
    private const int FewestBytes = 2 << 20;
    private const int MostDoublings = 3;

    private readonly List<IDisposable> _kept = [];

    /// <summary>Keeps pages, and gives them back in the end.</summary>
    public void Keep(ScenarioPages pages) => _kept.Add(pages);

    /// <summary>Takes more of what is handed out first.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public void TakeMore(CancellationToken cancellationToken)
    {
        int more = (FewestBytes << Math.Min(_kept.Count / 2, MostDoublings)) / Environment.SystemPageSize;
        try
        {
            _kept.Add(RmapRegion.Create(kernel, RmapPageType.Anon, more, splitVma: false, cancellationToken));
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.MemoryInsufficient)
        {
            // Then the next attempt begins closer by.
        }
    }

    public void Dispose() => _kept.ForEach(kept => kept.Dispose());
}
