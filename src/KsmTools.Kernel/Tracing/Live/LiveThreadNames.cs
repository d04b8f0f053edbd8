using System.Diagnostics;
using System.Globalization;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>
/// The names of running threads: what the kernel has saved, read again when a thread is new, else the thread's own word. Of what has just happened it is the other way
/// round, for the kernel saves a name only when the thread goes from its CPU: one that calls itself something else would be shown under its last name.
/// </summary>
internal sealed class LiveThreadNames : ThreadNames
{
    // The kernel's list is as long as a thousand threads make it: not to be read for every one of them. A thread's own word is a line.
    private static readonly TimeSpan SavedAtMostEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AskedAtMostEvery = TimeSpan.FromMilliseconds(5);

    // The first namespace of processes, whose numbers are the trace's (PROC_PID_INIT_INO, include/linux/proc_ns.h).
    private static readonly bool NumbersAreOfMachine = new FileInfo("/proc/self/ns/pid").LinkTarget == "pid:[4026531836]";

    private readonly TraceFs _tracing;
    private readonly HashSet<int> _asked = [];
    private bool _isNow;
    private long _askedAt;
    private long _readAt;

    public LiveThreadNames(TraceFs tracing, SymbolTable symbols)
        : base(symbols)
    {
        _tracing = tracing;
        Reload();
    }

    /// <summary>What is read from here on has just happened.</summary>
    public void Refresh()
    {
        if (Stopwatch.GetElapsedTime(_askedAt) >= AskedAtMostEvery)
        {
            _askedAt = Stopwatch.GetTimestamp();
            _asked.Clear();
            _isNow = true;
            Version++;
        }
    }

    public override CommandName Find(int thread)
    {
        bool isAnswered = _isNow && (!_asked.Add(thread) || TryAsk(thread));
        if (TryFind(thread, out CommandName name) && (isAnswered || !_isNow))
        {
            return name;
        }

        // It is new, or has ended.
        if (Stopwatch.GetElapsedTime(_readAt) >= SavedAtMostEvery)
        {
            Reload();
        }

        return TryFind(thread, out name) || (TryAsk(thread) && TryFind(thread, out name)) ? name : Unknown(thread);
    }

    private bool TryAsk(int thread)
    {
        if (!NumbersAreOfMachine || _tracing.Kernel.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/comm"), out string? name) != Interop.Errno.None)
        {
            return false;
        }

        Add(thread, System.Text.Encoding.UTF8.GetBytes(name!));
        return true;
    }

    private void Reload()
    {
        _readAt = Stopwatch.GetTimestamp();
        _asked.Clear();
        Add(System.Text.Encoding.UTF8.GetBytes(_tracing.ReadText("saved_cmdlines") ?? string.Empty));
    }
}
