using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Fuzz;

/// <summary>What one input gave, and whether that is what every decoder promises.</summary>
internal sealed class Reading
{
    // Times of any clock stay below 2^62, so that the difference of two fits; text has all that a line spells.
    private const long TimeLimit = 1L << 62;

    // The longest message quotes the start of a line and names the file.
    private const int LongestMessage = 2000;
    private const int LongestSample = 600;
    private const int MaximumCpu = 65_535;

    private int _length;
    private LostTally _lost;
    private ulong _states;
    private ulong _message;

    /// <summary>Names by number: each input has its own, as each file has.</summary>
    public SymbolTable Symbols { get; private set; } = new();

    public long Records { get; private set; }

    public ErrorReason? Reason { get; private set; }

    /// <summary>Whether times are converted, or spelled out, so that they may be anything.</summary>
    public bool AnyTime { get; set; }

    /// <summary>Whether there may be more records than bytes of input, because it is unpacked, or because parts of it refer to the same bytes.</summary>
    public bool Unpacks { get; set; }

    /// <summary>What came of the input, without the details that every other input changes: a new one is worth going on from.</summary>
    public ulong Kind => _states ^ ((_message & 63) << 52) ^ ((ulong)(64 - BitOperations.LeadingZeroCount((ulong)Records)) << 58);

    public void Begin(int length)
    {
        _length = length;
        Symbols = new SymbolTable();
        Records = 0;
        Reason = null;
        _states = 0;
        _message = 0;
    }

    /// <summary>Something of a decoder's state that tells inputs apart.</summary>
    public void Note(int state, [CallerLineNumber] int line = 0) => _states |= 1UL << (int)(((uint)((state * 397) ^ line) * 0x9E37_79B9u) >> 26);

    public static void Demand(bool isKept, string promise)
    {
        if (!isKept)
        {
            throw new BrokenPromiseException(promise);
        }
    }

    /// <summary>The same of a line, which is shown.</summary>
    public static void Demand(bool isKept, string promise, ReadOnlySpan<byte> line)
    {
        if (!isKept)
        {
            throw new BrokenPromiseException($"{promise}: {Encoding.Latin1.GetString(line)}");
        }
    }

    /// <summary>Takes records, and looks at each.</summary>
    public void See(ReadOnlySpan<TraceRecord> records)
    {
        Records += records.Length;
        foreach (ref readonly TraceRecord record in records)
        {
            See(record);
        }

        // No event of any format is shorter than this, and a mark of lost events comes with something.
        Demand(Unpacks || Records <= (_length / 2) + 2, "no more records than there is input for");
    }

    /// <summary>Reads to the end and disposes of the reader.</summary>
    public void ReadAll(ITraceReader opened)
    {
        using ITraceReader reader = opened;
        int empty = 0;
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            See(records);
            empty = records.IsEmpty ? empty + 1 : 0;
            Demand(empty < 1000, "reads come to an end");
        }

        Demand(!reader.Read(out _, CancellationToken.None), "the end stays the end");
        Demand(Unpacks || reader.UnreadableEvents <= (_length / 2) + 1, "no more unreadable events than there is input for");
        Demand((reader.UnreadableEvents > 0) == (reader.FirstUnreadableEvent is not null), "the first unreadable event is known exactly where there is one");
        if (reader.FirstUnreadableEvent is { } sample)
        {
            Demand(sample.Length <= LongestSample, "a sample is shortened");
            Demand(!sample.AsSpan().ContainsAnyInRange('\0', '\u001F'), "a sample has its control characters escaped");
            Note(1);
        }

        if (reader.Failure is { } failure)
        {
            Fail(failure);
        }
    }

    /// <summary>Takes a number of results that are no rmap records.</summary>
    public void Count(long results) => Records += results;

    /// <summary>Uses the names of another reading.</summary>
    public void Share(SymbolTable symbols) => Symbols = symbols;

    /// <summary>Takes a failure that is the project's own.</summary>
    public void Fail(KsmToolsException failure)
    {
        Demand(
            failure.Reason is ErrorReason.TraceCorrupt or ErrorReason.TraceTruncated or ErrorReason.TraceFormatNotRecognized or ErrorReason.KernelIoError,
            $"{failure.Reason} is no reason of a decoder");
        Demand(failure.Message.Length <= LongestMessage, "a message is bounded");
        Demand(failure.RecommendedAction.Length > 0, "a failure says what to do");
        foreach (char character in failure.Message)
        {
            Demand(!char.IsControl(character) || character == '\n', "a message has control characters escaped");
        }

        Reason = failure.Reason;
        bool isQuoted = false;
        foreach (char character in failure.Message)
        {
            // What is quoted is different every time; it stands after a colon, and a reason after a comma.
            isQuoted = character == ':' || (isQuoted && (character != ',' || Reason != ErrorReason.TraceCorrupt));
            _message = isQuoted || char.IsAsciiDigit(character) ? _message : (_message ^ character) * 0x100_0000_01B3;
        }
    }

    private void See(in TraceRecord record)
    {
        Demand(Enum.IsDefined(record.Kind), "a kind that there is");
        Demand(record.Cpu is >= TraceRecord.AnyCpu and <= MaximumCpu || record.Kind == TraceRecordKind.Lost, "a CPU that there can be");
        if (record.Kind == TraceRecordKind.Lost)
        {
            _lost.Add(record);
            Demand(_lost.Events >= 0, "no negative count");
        }

        Demand(AnyTime || record.Timestamp is >= 0 and < TimeLimit, "a time that a clock reaches");
        Demand(record.PageType is null || Enum.IsDefined(record.PageType.Value), "a page type that there is");
        bool isWalk = record.Kind is TraceRecordKind.Start or TraceRecordKind.End;
        Demand(
            !isWalk || Unpacks || (Symbols.Name(record.Function).Length <= Math.Max(16, _length) && Symbols.Name(record.Caller).Length <= Math.Max(16, _length)),
            "names are those of the input");
        if (record.Kind == TraceRecordKind.Stack)
        {
            IReadOnlyList<int> frames = Symbols.Stacks.Frames((int)(record[StackEvents.Number] ?? 0));
            Demand(frames.Count <= StackTable.Deepest && frames.All(frame => Symbols.Name(frame).Length > 0), "a chain of functions that have names");
        }

        Demand(record.Command.ToString(Symbols).Length <= Math.Max(16, Unpacks ? int.MaxValue : _length), "a thread's name is the input's");
        Note((int)record.Kind | (record.PageTypeCode << 8) | (record.HasAddresses ? 1 << 16 : 0) | (isWalk && record.Function != 0 ? 1 << 17 : 0));
    }
}
