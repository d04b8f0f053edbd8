namespace KsmTools.Tracing.Wanted;

/// <summary>What a line of a trace is.</summary>
internal enum LineKind
{
    /// <summary>Nothing that belongs to a trace.</summary>
    Unknown,

    /// <summary>Part of a trace that holds no event: an empty line, a header, a stack trace.</summary>
    Decoration,

    /// <summary>A header that only a trace has.</summary>
    Header,

    /// <summary>The first line of a trace.</summary>
    Beginning,

    /// <summary>An event that is not about reverse mapping.</summary>
    OtherEvent,

    /// <summary>The start or end of a walk.</summary>
    Event,

    /// <summary>A call chain begins: that of the event before.</summary>
    Stack,

    /// <summary>Events were lost.</summary>
    Lost,

    /// <summary>A wanted event that cannot be read.</summary>
    Unreadable,
}
