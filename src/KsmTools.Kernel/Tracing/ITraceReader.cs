using KsmTools.Errors;

namespace KsmTools.Tracing;

/// <summary>What there is to say about a trace while it is read, whatever its events are.</summary>
public interface ITraceReader : IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>Bytes of the file read so far.</summary>
    long Position { get; }

    /// <summary>Bytes of the file; null where that is not known, as of a pipe.</summary>
    long? Length { get; }

    /// <summary>Wanted events that are there and cannot be read.</summary>
    long UnreadableEvents { get; }

    /// <summary>The first of them, shortened and with control characters escaped.</summary>
    string? FirstUnreadableEvent { get; }

    /// <summary>Why the trace ends early, once all that is whole was given; null where it ends as it should.</summary>
    KsmToolsException? Failure { get; }
}
