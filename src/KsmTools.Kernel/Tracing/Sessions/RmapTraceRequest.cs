using KsmTools.Rmap;

namespace KsmTools.Tracing.Sessions;

/// <summary>What a session of rmap events can be asked for.</summary>
internal sealed record RmapTraceRequest
{
    /// <summary>The source.</summary>
    public RmapTraceSource Source { get; init; }

    /// <summary>The page types; empty for all.</summary>
    public IReadOnlyList<RmapPageType> PageTypes { get; init; } = [];

    /// <summary>Whether a source that cannot filter by page type will do, too: whoever asks tells the pages by other means.</summary>
    public bool AcceptsAllPageTypes { get; init; }

    /// <summary>The processes; empty for all.</summary>
    public IReadOnlyList<int> ProcessIds { get; init; } = [];

    /// <summary>Pairs and counts in the kernel.</summary>
    public bool Aggregate { get; init; }

    /// <summary>The request in words.</summary>
    public override string ToString() => $"source={Source} page-type={string.Join('+', PageTypes.Distinct().Order())} process={string.Join('+', ProcessIds.Order())}{(Aggregate ? " aggregate" : string.Empty)}";
}
