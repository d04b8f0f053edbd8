namespace KsmTools.Tracing.Sessions;

/// <summary>What a session needs of the kernel, as its source has worked it out.</summary>
internal sealed record TraceSessionSetup
{
    /// <summary>The source.</summary>
    public RmapTraceSource Source { get; init; }

    /// <summary>The events to switch on, as <c>system/event</c>, each with its filter or null.</summary>
    public required IReadOnlyList<(string Name, string? Filter)> Events { get; init; }

    /// <summary>Whether the events hold the page type as the low bits of <c>folio->mapping</c> and not as a string.</summary>
    public bool HasTypeBits { get; init; }

    /// <summary>The kernel functions whose calls the events see.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>What the events cannot see.</summary>
    public IReadOnlyList<string> NotCovered { get; init; } = [];

    /// <summary>The sources that could not be used.</summary>
    public IReadOnlyList<RmapSourceRefusal> Refusals { get; init; } = [];
}
