using KsmTools.Memory;

namespace KsmTools.Benchmark;

/// <summary>
/// Threads that have nothing to do with a walk and share memory with its pages, as those of any program do: one goes on changing VMAs of the same anon_vma, another reads pages now and
/// then. The time of each call is taken.
/// </summary>
internal sealed class Bystander : IDisposable
{
    private static readonly TimeSpan AloneTime = TimeSpan.FromMilliseconds(250);

    // A thread that did nothing else would make a thousand calls in the time that one waits: of calls at times of their own, as many wait as would of any program's.
    private static readonly TimeSpan ChangePause = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan TouchPause = TimeSpan.FromMilliseconds(1);

    private readonly NeighbourVmas _neighbours;
    private readonly BystanderThread[] _threads;

    /// <summary>Starts them.</summary>
    /// <param name="region">The region.</param>
    /// <param name="target">The page that is walked, from 0; null where the kernel chooses.</param>
    /// <param name="touches">Whether pages may be read: a read brings back what is to be reclaimed.</param>
    public Bystander(RmapRegion region, int? target, bool touches)
    {
        _neighbours = new NeighbourVmas(region);
        var changes = new BystanderThread(
            "rmap-bystander",
            ChangePause,
            new BystanderStep(RmapBystanderCall.Mprotect, _neighbours.Protect),
            new BystanderStep(RmapBystanderCall.Mmap, _neighbours.Map),
            new BystanderStep(null, _neighbours.Adapt),
            new BystanderStep(RmapBystanderCall.Fault, _neighbours.Fault));
        int next = target ?? 0;
        _threads = touches ? [changes, new BystanderThread("rmap-toucher", TouchPause, new BystanderStep(RmapBystanderCall.Touch, Touch))] : [changes];

        void Touch()
        {
            _ = region.TryTouch(next, 1);
            next = target ?? (next + 1) % _neighbours.PageCount;
        }
    }

    /// <summary>Counts calls for a while.</summary>
    /// <param name="count">Where.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void CountAlone(BystanderCount count, CancellationToken cancellationToken)
    {
        Count(count, cancellationToken);
        if (cancellationToken.WaitHandle.WaitOne(AloneTime))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        Count(null, cancellationToken);
    }

    /// <summary>Counts calls from here on.</summary>
    /// <param name="count">Where; null for nowhere.</param>
    /// <param name="cancellationToken">Gives up waiting for the threads.</param>
    public void Count(BystanderCount? count, CancellationToken cancellationToken)
    {
        foreach (BystanderThread thread in _threads)
        {
            thread.WaitUntilReady(cancellationToken);
            thread.Count(count);
        }
    }

    /// <summary>Waits until each has ended with the call that it is in.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public void End(CancellationToken cancellationToken)
    {
        Array.ForEach(_threads, thread => thread.Stop());
        Array.ForEach(_threads, thread => thread.WaitForEnd(cancellationToken));
    }

    public void Dispose()
    {
        Array.ForEach(_threads, thread => thread.Stop());
        if (Array.TrueForAll(_threads, thread => thread.HasEnded))
        {
            _neighbours.Dispose();
            return;
        }

        // The kernel may be walking, and a call waits for it: nobody else has to. The region stays mapped until then.
        _ = Task.Run(() =>
        {
            End(CancellationToken.None);
            _neighbours.Dispose();
        });
    }
}
