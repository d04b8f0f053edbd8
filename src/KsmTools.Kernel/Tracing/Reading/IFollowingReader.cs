using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>A reader of buffers that still fill.</summary>
internal interface IFollowingReader : IFormatReader
{
    /// <summary>Until when it waits for more, as a <see cref="System.Diagnostics.Stopwatch"/> time; <see cref="long.MaxValue"/> for ever, null not at all.</summary>
    long? Until { get; }

    /// <summary>The next records, with a wait of one's own.</summary>
    /// <param name="records">Valid until the next call.</param>
    /// <param name="until">Until when to wait for them, as <see cref="Until"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there were any before time was over.</returns>
    bool Read(out ReadOnlySpan<TraceRecord> records, long? until, CancellationToken cancellationToken);
}
