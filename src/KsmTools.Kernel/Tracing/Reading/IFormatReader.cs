namespace KsmTools.Tracing.Reading;

/// <summary>A reader as a format's own, before anything is made of its records.</summary>
internal interface IFormatReader : ITraceReader
{
    /// <summary>The kinds of records that were given, a bit each; some that come soon may be among them.</summary>
    uint Kinds { get; }

    /// <summary>The traced machine, as uname(2) calls it; null where the trace does not say.</summary>
    string? Machine { get; }

    /// <summary>
    /// The clock of the trace's times, the same of all traces that were taken by that clock, in that boot, and which recording it is a part of; null where the
    /// trace does not say for sure.
    /// </summary>
    (string Clock, string Recording)? Origin => null;
}
