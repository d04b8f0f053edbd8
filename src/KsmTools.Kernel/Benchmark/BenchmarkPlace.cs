using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory.Compaction;
using KsmTools.Memory.Triggers;

namespace KsmTools.Benchmark;

/// <summary>The pages of a row and, where compaction is to walk them, the memory around them. Compaction has done its work on all pages at once: the next one needs others.</summary>
internal sealed class BenchmarkPlace(KernelTree kernel, RmapBenchmarkOptions options, BenchmarkSetUp setUp, Func<WalkTrigger, bool> suits) : IDisposable
{
    private FragmentedMemory? _memory;
    private bool? _isForAllMemory;
    private bool _hasPlaces;
    private BenchmarkPages? _pages;
    private long?[] _frames = [];

    /// <summary>The pages.</summary>
    public BenchmarkPages Pages => _pages!;

    /// <summary>Why memory could not be arranged; null where it could, or need not be.</summary>
    public string? WhyNotArranged { get; private set; }

    /// <summary>How many pages are at another frame than before the trigger, without those that a bystander maps anew; null where frames are hidden.</summary>
    public int? Moved => Array.TrueForAll(_frames, frame => frame is null)
        ? null
        : Pages.Frames().Zip(_frames).Take(Pages.UndisturbedCount).Count(pair => pair.First != pair.Second);

    /// <summary>Makes pages, where those that there are do not do.</summary>
    /// <param name="iteration">The iteration.</param>
    /// <param name="round">How many places were of no use to this iteration.</param>
    /// <param name="isNew">Whether others are to be tried, where compaction is to walk pages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">As <see cref="RmapBenchmark.Measure"/>.</exception>
    public void Prepare(int iteration, int round, bool isNew, CancellationToken cancellationToken)
    {
        _isForAllMemory ??= RmapTriggers.TakesAllMemoryHere(kernel, options.Trigger, suits);
        if (_isForAllMemory == true && isNew)
        {
            GiveBack();
            _memory = FragmentedMemory.Begin(kernel, setUp.PageCount, round, cancellationToken, out string? whyNot);
            _hasPlaces = false;
            WhyNotArranged = whyNot;
        }

        _pages ??= setUp.Make(iteration, cancellationToken);
    }

    /// <summary>Chooses the trigger of an iteration; the kernel is to walk next.</summary>
    /// <param name="iteration">The iteration.</param>
    /// <exception cref="KsmToolsException">As <see cref="RmapTriggers.Choose(RmapTrigger, TriggerTarget)"/>.</exception>
    public RmapTriggers Choose(int iteration)
    {
        var trigger = RmapTriggers.Choose(options.Trigger, Pages.Target(iteration, options.Iterations), suits, Messages.TriggerDoesNotMigrate);

        // What suits is known for certain only with a trace.
        _isForAllMemory = trigger.TakesAllMemory;
        if (!_hasPlaces)
        {
            _hasPlaces = true;
            _memory?.MakePlaces();
        }

        _frames = trigger.TakesAllMemory ? Pages.Frames() : [];
        return trigger;
    }

    /// <summary>Leaves everything to a task: the kernel may still be walking the pages for a trigger that was given up, and unmapping waits for the locks that walks and who waits for them hold.</summary>
    public void Abandon()
    {
        (BenchmarkPages? pages, FragmentedMemory? memory) = (_pages, _memory);
        (_pages, _memory) = (null, null);
        _ = Task.Run(() =>
        {
            pages?.Dispose();
            memory?.Dispose();
        });
    }

    public void Dispose() => GiveBack();

    private void GiveBack()
    {
        _pages?.Dispose();
        _pages = null;
        _memory?.Dispose();
        _memory = null;
    }
}
