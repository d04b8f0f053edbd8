using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>Reads the lines of a block into its records. Of other blocks it knows only whose text they are, so blocks are read in parallel.</summary>
internal sealed class BlockParser(WantedEvents wanted, SymbolTable names, TextLayout layout)
{
    private static readonly SearchValues<byte> TimeCharacters = SearchValues.Create("0123456789."u8);

    private readonly SymbolCache _symbols = new(names);
    private readonly StackLines? _stack = wanted.HasStacks ? new StackLines(new SymbolCache(names), names.Stacks) : null;

    private bool _isUnsure;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Parse(TextBlock block)
    {
        ReadOnlySpan<byte> text = block.Text.AsSpan(0, block.Length);
        int position = 0;
        bool isFound = layout.IsFound;
        bool isPerfScript = layout.IsPerfScript;
        bool isFast = BitConverter.IsLittleEndian && _stack is null && wanted.Find("rmap_walk_start") is not null;
        while (position < text.Length)
        {
            if (isFound && isFast)
            {
                int before = block.Count;
                position = isPerfScript ? Usual<PerfScriptLine>(block, position) : Usual<NativeLine>(block, position);
                block.Lines += block.Count - before;
                if (position == text.Length)
                {
                    return;
                }
            }

            ref TraceRecord record = ref block.Room()[0];
            ReadOnlySpan<byte> rest = text[position..];
            int end = rest.IndexOf((byte)'\n');
            if (end >= 0)
            {
                ReadOnlySpan<byte> line = rest[..end];
                if (_stack is null)
                {
                    Take(block, ParseLine(line, ref record), line, record.Kind);
                }
                else
                {
                    TakeWithStack(block, line);
                }

                position += end + 1;
                block.Lines++;
                if (!isFound)
                {
                    isFound = layout.IsFound;
                    isPerfScript = layout.IsPerfScript;
                }

                continue;
            }

            // Without a newline only the file's last line comes here: it counts if it is whole.
            bool isWhole = rest.EndsWith(")"u8);
            if (_stack?.IsOpen == true && (isWhole ? _stack.TryAdd(rest) : StackLines.IsFrame(rest)))
            {
                block.IsCut = !isWhole;
                break;
            }

            EndStack(block);
            LastLine(block, rest, ref block.Room()[0]);
            break;
        }

        EndStack(block);
    }

    private void TakeWithStack(TextBlock block, ReadOnlySpan<byte> line)
    {
        if (_stack!.IsOpen && _stack.TryAdd(line))
        {
            return;
        }

        EndStack(block);
        ref TraceRecord record = ref block.Room()[0];
        LineKind kind = ParseLine(line, ref record);
        _isUnsure = false;
        if (kind == LineKind.Stack)
        {
            _isUnsure = !block.OwnsNext.TryGetValue(record.Cpu, out bool isWanted);
            kind = isWanted || _isUnsure ? LineKind.Stack : LineKind.OtherEvent;
        }

        if (kind is LineKind.Event or LineKind.Stack or LineKind.OtherEvent or LineKind.Unreadable or LineKind.Lost)
        {
            block.OwnsNext[record.Cpu] = kind == LineKind.Event;
        }

        Take(block, kind, line, record.Kind);
        if (kind == LineKind.Stack || (kind == LineKind.Event && layout.IsPerfScript))
        {
            _stack.Open(record);
        }
    }

    private void EndStack(TextBlock block)
    {
        if (_stack?.IsOpen == true && _stack.Close(ref block.Room()[0]))
        {
            if (_isUnsure)
            {
                block.UnsureStacks.Add(block.Count);
            }

            block.Kinds |= 1u << (int)TraceRecordKind.Stack;
            block.KeepMark();
        }
    }

    // The lines of the usual layout from here on; gives where the first other one begins.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Usual<TLine>(TextBlock block, int position)
        where TLine : struct, IUsualLine
    {
        ref byte first = ref MemoryMarshal.GetArrayDataReference(block.Text);
        int end = block.Length;
        bool isUsual;
        do
        {
            Span<TraceRecord> room = block.Room();
            int count;
            for (count = 0; count < room.Length && position < end; count++)
            {
                int length = TLine.Parse(ref Unsafe.Add(ref first, position), ref room[count]);
                if (length == 0 || length > end - position)
                {
                    break;
                }

                position += length;
            }

            block.Keep(count);
            isUsual = count == room.Length;
        }
        while (isUsual && position < end);

        return position;
    }

    private LineKind ParseLine(ReadOnlySpan<byte> line, ref TraceRecord record)
    {
        if (layout.IsFound)
        {
            return layout.IsPerfScript
                ? PerfScriptParser.Parse(line, wanted, _symbols, names, ref record)
                : LineParser.Parse(line, wanted, _symbols, names, ref record);
        }

        LineKind kind = PerfScriptContext.IsNameless(line) ? LineKind.Unknown : LineParser.Parse(line, wanted, _symbols, names, ref record);
        if (kind is not (LineKind.Unknown or LineKind.Decoration))
        {
            layout.FoundTracefs();
            return kind;
        }

        LineKind other = PerfScriptParser.Parse(line, wanted, _symbols, names, ref record);
        if (other is not (LineKind.Unknown or LineKind.Decoration))
        {
            var context = default(LineContext);
            _ = PerfScriptContext.TryParse(line, ref context);
            layout.FoundPerfScript(context.Timestamp);
        }

        return other == LineKind.Unknown ? kind : other;
    }

    private void LastLine(TextBlock block, ReadOnlySpan<byte> line, ref TraceRecord record)
    {
        LineKind kind = ParseLine(line, ref record);
        if (kind == LineKind.Unreadable
            || (kind == LineKind.Event && !wanted.EndsWhole(line, record.Kind))
            || (kind == LineKind.Lost && layout.IsPerfScript))
        {
            block.EventLines++;
            block.IsCut = true;
            return;
        }

        block.IsCut = kind == LineKind.Unknown || (kind == LineKind.OtherEvent && EndsInName(line));
        Take(block, kind, line, record.Kind);
    }

    // The last word is the event's name, or a part of it, if the time stands before it: "   123.456789: sched_sw", "d..1.   12us+: sched_sw", "d..1.123456789012: sched_sw".
    private static bool EndsInName(ReadOnlySpan<byte> line)
    {
        const int LeastDigits = 12;
        ReadOnlySpan<byte> before = line[..(line.LastIndexOf((byte)' ') + 1)].TrimEnd((byte)' ');
        if (before is not [.., (byte)':'])
        {
            return false;
        }

        ReadOnlySpan<byte> word = before[..^1];
        word = word is [.., (byte)'u', (byte)'s', _] ? word[..^3] : word;
        word = word[(word.LastIndexOfAny(" \t]"u8) + 1)..];
        int digits = word.Length - word.LastIndexOfAnyExcept(TimeCharacters) - 1;
        return digits > 0 && (digits == word.Length || digits >= LeastDigits);
    }

    private void Take(TextBlock block, LineKind kind, ReadOnlySpan<byte> line, TraceRecordKind record)
    {
        switch (kind)
        {
            case LineKind.Event:
                block.Keep(1);
                block.Kinds |= 1u << (int)record;
                break;
            case LineKind.Lost or LineKind.Beginning:
                block.KeepMark();
                block.HasHeader = true;
                break;
            case LineKind.Stack:
                block.EventLines++;
                break;
            case LineKind.OtherEvent:
                block.OtherEvents++;
                block.EventLines++;
                break;
            case LineKind.Header:
                block.HasHeader = true;
                break;
            case LineKind.Unreadable:
                block.EventLines++;
                block.Unreadable.Add(line, block.Lines, Math.Max(1, wanted.CountNamedIn(line)));
                break;
            case LineKind.Unknown:
                block.Unknown.Add(line, block.Lines);
                block.Unreadable.Add(line, block.Lines, wanted.CountNamedIn(line));
                break;
        }
    }
}
