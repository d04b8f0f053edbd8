using KsmTools.Files;

namespace KsmTools.Tracing.Sessions;

/// <summary>What every session can be asked for.</summary>
public sealed record TraceSessionRequest
{
    /// <summary>The session's name, which is its instance's: up to 64 ASCII letters, digits, dots, dashes and underscores, the first of them no dot or dash.</summary>
    public required string Name { get; init; }

    /// <summary>What it traces; whoever makes the session says so.</summary>
    internal SessionKind Kind { get; init; }

    /// <summary>The command that asks, for the lock and for who looks at the session later.</summary>
    public required ActingCommand Command { get; init; }

    /// <summary>Bytes of each CPU's buffer, which the kernel rounds to whole sub-buffers; null for what it gives by itself.</summary>
    public long? BufferSize { get; init; }

    /// <summary>The trace clock; null for the kernel's.</summary>
    public string? Clock { get; init; }

    /// <summary>Whether the session is for as long as its maker needs it: a lock says whether the maker still runs.</summary>
    internal bool IsTemporary { get; init; }

    /// <summary>Whether the kernel pairs and counts, so that no event is to be recorded.</summary>
    internal bool IsAggregate { get; init; }

    /// <summary>The rest of what is asked for, in words that are the same for the same request.</summary>
    internal string Rest { get; init; } = string.Empty;

    /// <summary>The whole request in words.</summary>
    internal string Text => FormattableString.Invariant($"{Kind} {(BufferSize is null ? "" : $"buffer={BufferSize} ")}{(Clock is null ? "" : $"clock={Clock} ")}{Rest}");
}
