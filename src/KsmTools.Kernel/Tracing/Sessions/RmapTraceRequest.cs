using KsmTools.Records;

namespace KsmTools.Tracing.Sessions;

/// <summary>What a session of rmap events can be asked for.</summary>
public sealed record RmapTraceRequest
{
    /// <summary>The source; <see cref="RmapTraceSource.Auto"/> takes the best that works.</summary>
    public RmapTraceSource Source { get; init; }

    /// <summary>The page types; empty for all.</summary>
    public IReadOnlyList<RmapPageType> PageTypes { get; init; } = [];

    /// <summary>Whether a source that cannot filter by page type will do, too: whoever asks tells the pages by other means.</summary>
    internal bool AcceptsAllPageTypes { get; init; }

    /// <summary>The processes whose threads' walks are wanted; empty for all.</summary>
    public IReadOnlyList<int> ProcessIds { get; init; } = [];

    /// <summary>Has the kernel pair and count instead of recording events.</summary>
    public bool Aggregate { get; init; }

    /// <summary>The request in words.</summary>
    public override string ToString() => $"source={Source} page-type={string.Join('+', PageTypes.Distinct().Order())} process={string.Join('+', ProcessIds.Order())}{(Aggregate ? " aggregate" : string.Empty)}";
}
