using KsmTools.Errors;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.TraceDat;

/// <summary>What a file says about its data.</summary>
internal sealed class TraceDatContents
{
    public SubBufferHeader? Header { get; set; }

    /// <summary>The formats of the rmap events.</summary>
    public List<EventFormat> Formats { get; } = [];

    /// <summary>The text of <c>saved_cmdlines</c>.</summary>
    public byte[] Commands { get; set; } = [];

    /// <summary>Reads the text of kallsyms, which is large and often not needed.</summary>
    public Func<ReadOnlyMemory<byte>> KernelSymbols { get; set; } = () => default;

    /// <summary>The trace clock of the top buffer.</summary>
    public string? Clock { get; set; }

    public List<TraceDatBuffer> Buffers { get; } = [];

    /// <summary>How many CPUs the machine had; null if the file does not say.</summary>
    public int? CpuCount { get; set; }

    /// <summary>How times are converted.</summary>
    public TraceDatTime Time { get; } = new();

    /// <summary>Whether the file holds a trace as text, as latency tracers make it.</summary>
    public bool HasText { get; set; }

    /// <summary>Why something is missing.</summary>
    public KsmToolsException? Failure { get; set; }
}
