using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceText;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Fuzz.Decoders;

/// <summary>
/// Lines of text, as a block of a file. The fast way through a line must look no farther than it says, and must give what the long way gives.
/// </summary>
internal sealed class TextLines(string name, TraceFormat format) : IFuzzedDecoder
{
    private readonly GuardedMemory _memory = new(1 << 16);
    private readonly TextBlock _block = new();

    public string Name => name;

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        // Text may have any number of digits before the point.
        reading.AnyTime = true;
        byte[] text = new byte[input.Count + NativeLine.Reach];
        input.CopyTo(text, 0);

        // What is behind a block's end is what a longer block left there.
        input.AsSpan(0, Math.Min(input.Count, NativeLine.Reach)).CopyTo(text.AsSpan(input.Count));
        _block.Clear();
        _block.Text = text;
        _block.Length = input.Count;
        _block.EndsOpen = true;
        var layout = new TextLayout(TraceFormat.Auto);
        new BlockParser(AllEvents.For(input), reading.Symbols, layout).Parse(_block);
        reading.See(_block.Records);
        reading.Note(_block.Unknown.Count > 0 ? 1 : 0);
        reading.Note(_block.Unreadable.Count > 0 ? 3 : 2);
        reading.Note(_block.IsCut ? 5 : 4);
        Reading.Demand(_block.Count <= (2 * _block.EventLines) + input.AsSpan().Count((byte)'\n') + 1, "no more records than lines");
        BothWays(text, input.Count, reading.Symbols);
    }

    private void BothWays(byte[] text, int length, SymbolTable names)
    {
        Span<byte> guarded = _memory.Place(text);
        var symbols = new SymbolCache(names);
        TraceRecord fast = default, slow = default;
        int start = 0;
        while (start < length)
        {
            int end = guarded[start..length].IndexOf((byte)'\n');
            end = end < 0 ? length : start + end;
            int parsed = format == TraceFormat.Text ? NativeLine.Parse(ref guarded[start], ref fast) : PerfScriptLine.Parse(ref guarded[start], ref fast);
            if (parsed > 0 && start + parsed <= length)
            {
                ReadOnlySpan<byte> line = guarded[start..end];
                Reading.Demand(parsed == line.Length + 1, "the fast way takes one line", line);
                LineKind kind = format == TraceFormat.Text
                    ? LineParser.Parse(line, AllEvents.Wanted, symbols, names, ref slow)
                    : PerfScriptParser.Parse(line, AllEvents.Wanted, symbols, names, ref slow);
                Reading.Demand(kind == LineKind.Event, "what the fast way takes for an event is one", line);
                Reading.Demand(
                    (fast.Kind, fast.Timestamp, fast.TimeUnit, fast.Cpu, fast.ThreadId, fast.Flags) == (slow.Kind, slow.Timestamp, slow.TimeUnit, slow.Cpu, slow.ThreadId, slow.Flags)
                    && (fast.Folio, fast.Rwc, fast.HasAddresses, fast.PageType, fast.Locked) == (slow.Folio, slow.Rwc, slow.HasAddresses, slow.PageType, slow.Locked)
                    && (fast.Function, fast.Caller) == (slow.Function, slow.Caller)
                    && fast.Command.ToString(names) == slow.Command.ToString(names),
                    "the fast way gives what the long way gives", line);
            }

            start = end + 1;
        }
    }
}
