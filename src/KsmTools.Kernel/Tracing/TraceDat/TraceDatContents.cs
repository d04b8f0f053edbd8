using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat;

/// <summary>What a file says about its data.</summary>
internal sealed class TraceDatContents
{
    private readonly List<TraceDatBuffer> _buffers = [];
    private long _areas;

    public SubBufferHeader? Header { get; set; }

    /// <summary>The formats of the wanted events.</summary>
    public List<EventFormat> Formats { get; } = [];

    /// <summary>The text of <c>saved_cmdlines</c>.</summary>
    public byte[] Commands { get; set; } = [];

    /// <summary>Reads the text of kallsyms, which is large and often not needed.</summary>
    public Func<ReadOnlyMemory<byte>> KernelSymbols { get; set; } = () => default;

    /// <summary>The trace clock of the top buffer.</summary>
    public string? Clock { get; set; }

    public IReadOnlyList<TraceDatBuffer> Buffers => _buffers;

    /// <summary>How many CPUs the machine had; null if the file does not say.</summary>
    public int? CpuCount { get; set; }

    /// <summary>The kernel's release; null if the file does not say.</summary>
    public string? Kernel { get; private set; }

    /// <summary>The machine, as uname(2) calls it; null if the file does not say.</summary>
    public string? Machine { get; private set; }

    /// <summary>The number of the recording, which parts and conversions of it have, too; 0 if the file does not say. Recordings of sessions have that of their clock.</summary>
    public ulong TraceId { get; private set; }

    /// <summary>Whether a session was recorded by this module, so that the two halves of the number are those of <see cref="TraceDatId"/>.</summary>
    public bool IsOfSession { get; private set; }

    /// <summary>As <see cref="IFormatReader.Origin"/>.</summary>
    public (string Clock, string Recording)? Origin
    {
        get
        {
            if (TraceId == 0 || Time.Identity is not { } conversion || _buffers.Select(buffer => buffer.Clock).Distinct().ToList() is not [var clock])
            {
                return null;
            }

            string id = TraceId.ToString("x16", CultureInfo.InvariantCulture);
            return ($"{(IsOfSession ? TraceDatId.ClockPart(id) : id)} {IsOfSession} {clock} {conversion}", id);
        }
    }

    /// <summary>How times are converted.</summary>
    public TraceDatTime Time { get; } = new();

    /// <summary>What each CPU had counted in the end.</summary>
    public TraceDatCounts Counts { get; } = new();

    /// <summary>Whether the file holds a trace as text, as latency tracers make it.</summary>
    public bool HasText { get; set; }

    /// <summary>Why something is missing.</summary>
    public KsmToolsException? Failure { get; set; }

    /// <summary>Reads an option that says the same in every version of the format.</summary>
    public void ReadOption(ushort id, TraceDatCursor option)
    {
        switch (id)
        {
            case TraceDatOptions.CpuStatistics:
                Counts.Add(Encoding.UTF8.GetString(option.Span(option.Left)).TrimEnd('\0'));
                break;
            case TraceDatOptions.Machine:
                SetMachine(option.Span(option.Left));
                break;
            case TraceDatOptions.Version:
                IsOfSession = option.Span(option.Left).StartsWith(TraceDatId.Writer);
                break;
            case TraceDatOptions.TraceId:
                TraceId = option.Left >= sizeof(ulong) ? option.UInt64() : 0;
                break;
            default:
                TraceDatOptions.ReadTime(id, option, Time);
                break;
        }
    }

    /// <summary>Adds a buffer; gives whether there can be so many CPUs in all. Several tables may lie on each other in a file that lies.</summary>
    public bool TryAdd(TraceDatBuffer buffer)
    {
        _areas += buffer.Areas.Count;
        _buffers.Add(buffer);
        return _areas <= RingBufferLimits.MaximumStreams;
    }

    // What uname(2) said: system, host, release and machine.
    private void SetMachine(ReadOnlySpan<byte> text)
    {
        string[] words = Encoding.UTF8.GetString(text).Trim('\0', ' ', '\n').Split(' ');
        Kernel = words is [_, _, { Length: > 0 } release, ..] ? release : null;
        Machine = words is [_, _, _, .., { Length: > 0 } machine] ? machine : null;
    }
}
