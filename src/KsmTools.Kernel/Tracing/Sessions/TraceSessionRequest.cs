namespace KsmTools.Tracing.Sessions;

/// <summary>What every session can be asked for.</summary>
internal sealed record TraceSessionRequest
{
    /// <summary>The session's name, which is its instance's.</summary>
    public required string Name { get; init; }

    /// <summary>What it traces.</summary>
    public required SessionKind Kind { get; init; }

    /// <summary>The command that asks.</summary>
    public required string Command { get; init; }

    /// <summary>Bytes of each CPU's buffer; null for what the kernel gives.</summary>
    public long? BufferSize { get; init; }

    /// <summary>The trace clock; null for the kernel's.</summary>
    public string? Clock { get; init; }

    /// <summary>Whether the kernel pairs and counts, so that no event is to be recorded.</summary>
    public bool IsAggregate { get; init; }

    /// <summary>The rest of what is asked for, in words that are the same for the same request.</summary>
    public string Rest { get; init; } = string.Empty;

    /// <summary>The whole request in words.</summary>
    public string Text => FormattableString.Invariant($"{Kind} {(BufferSize is null ? "" : $"buffer={BufferSize} ")}{(Clock is null ? "" : $"clock={Clock} ")}{Rest}");
}
