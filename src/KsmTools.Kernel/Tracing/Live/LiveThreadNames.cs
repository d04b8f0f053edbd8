using System.Diagnostics;
using System.Globalization;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>The names of running threads: what the kernel has saved, read again when a thread is new and now and then, else the thread's own word.</summary>
internal sealed class LiveThreadNames : ThreadNames
{
    // The kernel's list is as long as a thousand threads make it: not to be read for every one of them.
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromSeconds(2);

    private readonly TraceFs _tracing;
    private long _readAt;

    public LiveThreadNames(TraceFs tracing, SymbolTable symbols)
        : base(symbols)
    {
        _tracing = tracing;
        Reload();
    }

    public override CommandName Find(int thread)
    {
        bool isKnown = TryFind(thread, out CommandName name);
        TimeSpan age = Stopwatch.GetElapsedTime(_readAt);
        if (isKnown ? age < AtLeastEvery : age < AtMostEvery)
        {
            return isKnown ? name : FromProcess(thread);
        }

        Reload();
        return TryFind(thread, out name) ? name : FromProcess(thread);
    }

    private CommandName FromProcess(int thread)
    {
        if (_tracing.Kernel.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/comm"), out string? name) == Interop.Errno.None)
        {
            Add(thread, System.Text.Encoding.UTF8.GetBytes(name!));
        }

        return TryFind(thread, out CommandName known) ? known : Unknown(thread);
    }

    private void Reload()
    {
        _readAt = Stopwatch.GetTimestamp();
        Add(System.Text.Encoding.UTF8.GetBytes(_tracing.ReadText("saved_cmdlines") ?? string.Empty));
    }
}
