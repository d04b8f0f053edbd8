using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KsmTools.Records;

/// <summary>
/// One event as every decoder gives it, whatever it is about: who, where, when, and up to five numbers, whose meaning is that of its
/// <see cref="Kind"/>. It is a plain struct that is filled and filled again, so that reading a trace allocates nothing per event. Names are held
/// in place (<see cref="CommandName"/>) or by number (<see cref="SymbolTable"/>).
/// </summary>
[StructLayout(LayoutKind.Auto)]
public partial struct TraceRecord : IEquatable<TraceRecord>
{
    /// <summary>The CPU of a lost-events mark that does not say which.</summary>
    public const int AnyCpu = -1;

    /// <summary>The most numbers that a record holds.</summary>
    internal const int MaximumValues = 5;

    private Numbers _values;
    private byte _known;
    private byte _timeUnit;
    private ushort _source;
    private byte _stream;

    /// <summary>Which event, or <see cref="TraceRecordKind.Lost"/>.</summary>
    public TraceRecordKind Kind { get; set; }

    /// <summary>What <see cref="Timestamp"/> counts.</summary>
    public RmapTimeUnit TimeUnit
    {
        readonly get => (RmapTimeUnit)_timeUnit;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _timeUnit = (byte)value;
    }

    /// <summary>The trace clock's time.</summary>
    public long Timestamp { get; set; }

    /// <summary>The flag column (irqs off, need-resched, ...) as up to eight ASCII characters, first in the lowest byte.</summary>
    public ulong Flags { get; set; }

    /// <summary>The thread's name.</summary>
    public CommandName Command { get; set; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; set; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; set; }

    /// <summary>Which of several files that are read as one it is from; 0 of the first, and where there is one. It is no part of what a record says.</summary>
    public int Source
    {
        readonly get => _source;
        set => _source = checked((ushort)value);
    }

    /// <summary>The file that it is from; null where there are none, as of a session.</summary>
    /// <param name="paths">The files.</param>
    internal readonly string? PathIn(IReadOnlyList<string> paths) => _source < paths.Count ? paths[_source] : null;

    /// <summary>Which of several recordings, each with buffers of its own, it is from: only what is of one can be a pair, and what one lost another may have. Files of one session are one.</summary>
    internal byte Stream
    {
        readonly get => _stream;
        set => _stream = value;
    }

    /// <summary>
    /// How many events were lost, of a <see cref="TraceRecordKind.Lost"/>; 0 where the kernel did not know, or where they are counted elsewhere. Negative where a trace
    /// says in the end that its marks counted events of others, too.
    /// </summary>
    public readonly long LostCount => Kind == TraceRecordKind.Lost ? (long)_values[0] : 0;

    /// <summary>The same, and 1 where the kernel did not know.</summary>
    public readonly long KnownLost => UncountedMarks > 0 ? Math.Max(1, LostCount) : LostCount;

    /// <summary>Of a <see cref="TraceRecordKind.Lost"/>, 1 where there may be more than it says; negative where it has the number of so many marks before it.</summary>
    public readonly int UncountedMarks => Kind == TraceRecordKind.Lost ? (int)_values[1] : 0;

    /// <summary>Whether another trace begins here (<see cref="NewTrace"/>).</summary>
    internal readonly bool IsNewTrace => Kind == TraceRecordKind.Lost && _values[2] != 0;

    /// <summary>Whether events were lost where this mark is, and not only told there.</summary>
    internal readonly bool IsLostHere => LostCount >= 0 && UncountedMarks >= 0;

    /// <summary>A number; null where this kernel's event has none. A signed one is extended to 64 bits.</summary>
    /// <param name="index">Its place, which its interpreter knows.</param>
    internal readonly ulong? this[int index] => (_known & (1 << index)) == 0 ? null : _values[index];

    /// <summary>A signed number; null where this kernel's event has none.</summary>
    /// <param name="index">As for the indexer.</param>
    internal readonly long? Signed(int index) => (long?)this[index];

    /// <summary>Forgets all numbers, and what a walk's event has besides.</summary>
    internal void ClearValues()
    {
        _known = 0;
        _values[FunctionsPlace] = 0;
        _pageType = 0;
        _locked = 0;
    }

    /// <summary>Sets a number.</summary>
    internal void Set(int index, ulong value)
    {
        _values[index] = value;
        _known |= (byte)(1 << index);
    }

    /// <summary>A mark that events were lost here.</summary>
    /// <param name="cpu">The CPU whose buffer lost them, or <see cref="AnyCpu"/>.</param>
    /// <param name="count">How many, or 0 where that is not known.</param>
    public static TraceRecord Lost(int cpu, long count)
    {
        return LostCorrection(cpu, count, count > 0 ? 0 : 1);
    }

    /// <summary>A mark that events were lost here, at least so many.</summary>
    /// <param name="cpu">The CPU whose buffer lost them, or <see cref="AnyCpu"/>.</param>
    /// <param name="count">How many are known.</param>
    public static TraceRecord LostAtLeast(int cpu, long count) => LostCorrection(cpu, count, 1);

    /// <summary>A mark that events were lost here that another mark counts.</summary>
    /// <param name="cpu">The CPU.</param>
    internal static TraceRecord LostPlace(int cpu) => LostCorrection(cpu, 0, 0);

    /// <summary>A mark that what comes now is another trace, with which nothing before it can be a pair. Nothing is lost there.</summary>
    internal static TraceRecord NewTrace()
    {
        TraceRecord record = LostPlace(AnyCpu);
        record._values[2] = 1;
        return record;
    }

    /// <summary>A mark that adds to what marks before it said.</summary>
    /// <param name="cpu">The CPU, or <see cref="AnyCpu"/>.</param>
    /// <param name="count">Events, negative where those counted too many.</param>
    /// <param name="uncounted">As <see cref="UncountedMarks"/>.</param>
    internal static TraceRecord LostCorrection(int cpu, long count, int uncounted)
    {
        var record = new TraceRecord { Kind = TraceRecordKind.Lost, Cpu = cpu };
        record._values[0] = (ulong)count;
        record._values[1] = (ulong)uncounted;
        return record;
    }

    /// <summary>Whether both say the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(in TraceRecord left, in TraceRecord right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(in TraceRecord left, in TraceRecord right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(TraceRecord other)
    {
        bool isSame = (Kind, TimeUnit, Timestamp, Flags, Command) == (other.Kind, other.TimeUnit, other.Timestamp, other.Flags, other.Command)
            && (ThreadId, Cpu, LostCount, UncountedMarks, _known) == (other.ThreadId, other.Cpu, other.LostCount, other.UncountedMarks, other._known)
            && (Function, Caller, _pageType, _locked) == (other.Function, other.Caller, other._pageType, other._locked);
        for (int i = 0; isSame && i < MaximumValues; i++)
        {
            isSame = this[i] == other[i];
        }

        return isSame;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is TraceRecord other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Kind, Timestamp, ThreadId, Cpu);

    [InlineArray(MaximumValues)]
    private struct Numbers
    {
        private ulong _first;
    }
}
