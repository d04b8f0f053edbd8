using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing.Contention;

/// <summary>Makes an object of each wait for a lock.</summary>
/// <param name="symbols">The table of the reader that gives the records.</param>
public sealed class LockWaits(SymbolTable symbols)
{
    // A chain is the same object for all of its waits.
    private readonly Dictionary<int, (string? Function, IReadOnlyList<string> Stack)> _stacks = [];
    private readonly RecordObjects _names = new(symbols);

    /// <summary>The files that the records are from, for the objects; empty where they are of a session.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The wait of a pair.</summary>
    /// <param name="begin">Its begin, as <see cref="LockWaitPairer"/> gave it.</param>
    /// <param name="end">Its end.</param>
    public RmapWait Wait(in TraceRecord begin, in TraceRecord end)
    {
        (string? function, IReadOnlyList<string>? stack) = begin[LockWaitPairer.Stack] is { } number and > 0 ? StackOf((int)number) : default;
        return new RmapWait
        {
            StartNanoseconds = begin.Timestamp,
            DurationNanoseconds = end.Timestamp - begin.Timestamp,
            TimeUnit = begin.TimeUnit,
            Cpu = begin.Cpu,
            EndCpu = end.Cpu,
            ThreadId = begin.ThreadId,
            Command = _names.Command(begin.Command),
            Mode = ModeOf((LockFlags)(begin[LockWaitPairer.Flags] ?? 0)),
            Lock = begin[ContentionEvents.Lock],
            Function = function,
            Stack = stack,
            Error = (int)(end.Signed(ContentionEvents.Result) ?? 0),
            Path = begin.PathIn(Paths),
        };
    }

    private (string? Function, IReadOnlyList<string> Stack) StackOf(int number)
    {
        if (!_stacks.TryGetValue(number, out (string? Function, IReadOnlyList<string> Stack) known))
        {
            string[] stack = [.. symbols.Stacks.Frames(number).Select(symbols.Name)];

            // Of an address without a name nobody knows whether it is the lock's own.
            string? function = Array.Find(stack, name => !LockFunctions.Has(name));
            known = (function is null || function == SymbolTable.Unknown || IsAddress(function) ? null : function, stack);
            _stacks.Add(number, known);
        }

        return known;
    }

    private static bool IsAddress(string name) => name.Length >= 8 && name.All(char.IsAsciiHexDigitLower);

    private static RmapWaitMode ModeOf(LockFlags flags) =>
        flags.HasFlag(LockFlags.Read) ? RmapWaitMode.Read
        : flags.HasFlag(LockFlags.Write) ? RmapWaitMode.Write
        : flags.HasFlag(LockFlags.Mutex) ? RmapWaitMode.Mutex
        : flags.HasFlag(LockFlags.Rt) ? RmapWaitMode.RtMutex
        : flags.HasFlag(LockFlags.Spin) ? RmapWaitMode.Spin
        : RmapWaitMode.Unknown;
}
