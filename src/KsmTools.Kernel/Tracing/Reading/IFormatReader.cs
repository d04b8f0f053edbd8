namespace KsmTools.Tracing.Reading;

/// <summary>A reader as a format's own, before anything is made of its records.</summary>
internal interface IFormatReader : ITraceReader
{
    /// <summary>The kinds of records that were given, a bit each; some that come soon may be among them.</summary>
    uint Kinds { get; }

    /// <summary>The traced machine, as uname(2) calls it; null where the trace does not say.</summary>
    string? Machine { get; }
}
