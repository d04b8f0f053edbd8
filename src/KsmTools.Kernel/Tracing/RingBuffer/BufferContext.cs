using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>How a buffer is laid out: the same for all its CPUs.</summary>
internal class BufferContext
{
    /// <summary>The traced machine's byte order.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>The layout of a sub-buffer's header.</summary>
    public required SubBufferHeader Header { get; init; }

    /// <summary>The layouts of the wanted events.</summary>
    public required RecordLayouts Layouts { get; init; }

    /// <summary>How times are converted; null where they are not.</summary>
    public ITimeConversion? Time { get; init; }
}
