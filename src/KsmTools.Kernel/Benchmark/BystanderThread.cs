using System.Diagnostics;
using KsmTools.Interop;

namespace KsmTools.Benchmark;

/// <summary>A thread that makes calls, one after the other, and counts those that somebody asks for. It makes some first that nobody counts: the runtime compiles what it has not met yet.</summary>
internal sealed class BystanderThread
{
    private const int Preparing = 100;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BystanderStep[] _steps;
    private readonly TimeSpan _pause;
    private BystanderCount? _count;
    private volatile bool _isOver;

    /// <summary>Starts it.</summary>
    /// <param name="name">Its name in a trace.</param>
    /// <param name="pause">What it waits between rounds.</param>
    /// <param name="steps">A round.</param>
    public BystanderThread(string name, TimeSpan pause, params BystanderStep[] steps)
    {
        _steps = steps;
        _pause = pause;
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Whether it makes no calls any more.</summary>
    public bool HasEnded => _done.Task.IsCompleted;

    /// <summary>Waits until it is at its calls.</summary>
    public void WaitUntilReady(CancellationToken cancellationToken) => _ready.Task.Wait(cancellationToken);

    /// <summary>Counts from here on.</summary>
    /// <param name="count">Which calls, and where; null for none.</param>
    public void Count(BystanderCount? count) => Volatile.Write(ref _count, count);

    /// <summary>Has it end after the call that it is in.</summary>
    public void Stop() => _isOver = true;

    /// <summary>Waits for its end, which the kernel may put off until it is through with a walk.</summary>
    public void WaitForEnd(CancellationToken cancellationToken) => _done.Task.Wait(cancellationToken);

    private void Run()
    {
        try
        {
            using var delay = new ThreadRunDelay();
            for (int round = 0; !_isOver; round++)
            {
                if (round == Preparing)
                {
                    _ready.TrySetResult();
                }

                foreach (BystanderStep step in _steps)
                {
                    Make(step, delay);
                }

                if (round >= Preparing)
                {
                    ThreadCalls.Sleep(_pause);
                }
            }
        }
        finally
        {
            _ready.TrySetResult();
            _done.SetResult();
        }
    }

    // What the thread waited for a CPU is told apart, and a call during which the runtime stopped all threads says nothing.
    private void Make(in BystanderStep step, ThreadRunDelay delay)
    {
        if (step.Kind is not { } kind || Volatile.Read(ref _count) is not { } count)
        {
            step.Call();
            return;
        }

        int collections = GC.CollectionCount(0);
        bool isMeant = count.IsNow;
        long? before = delay.Read();
        long start = Stopwatch.GetTimestamp();
        step.Call();
        long end = Stopwatch.GetTimestamp();
        long? after = delay.Read();
        if ((isMeant || count.IsNow) && collections == GC.CollectionCount(0))
        {
            count.Of(kind).Add((long)Stopwatch.GetElapsedTime(start, end).TotalNanoseconds, after - before);
        }
    }
}
