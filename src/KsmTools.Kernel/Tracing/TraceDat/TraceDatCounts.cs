using System.Globalization;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// What each CPU of each buffer had counted, as trace-cmd asked the kernel when the recording ended. A text of a CPU is <c>CPU: N</c> and its <c>stats</c> file; one of
/// an instance's name, <c>Buffer: NAME</c>, is before those of its CPUs (trace-cmd's record, <c>add_buffer_stat</c>).
/// </summary>
internal sealed class TraceDatCounts
{
    private readonly Dictionary<(string Buffer, int Cpu), BufferCounts> _counts = [];
    private string _buffer = string.Empty;

    /// <summary>Takes the next text.</summary>
    public void Add(string text)
    {
        const string Buffer = "Buffer: ", Cpu = "CPU: ";
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Array.Find(lines, line => line.StartsWith(Buffer, StringComparison.Ordinal)) is { } named)
        {
            _buffer = named[Buffer.Length..];
        }

        var counts = new BufferCounts(text);
        if (Array.Find(lines, line => line.StartsWith(Cpu, StringComparison.Ordinal)) is { } numbered && counts.HasLosses
            && int.TryParse(numbered.AsSpan(Cpu.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int cpu))
        {
            _counts[(_buffer, cpu)] = counts;
        }
    }

    /// <summary>The counts of a CPU; null where the file does not say.</summary>
    public BufferCounts? Of(string buffer, int cpu) => _counts.GetValueOrDefault((buffer, cpu));
}
