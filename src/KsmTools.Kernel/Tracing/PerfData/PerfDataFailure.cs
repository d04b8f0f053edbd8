using KsmTools.Errors;

namespace KsmTools.Tracing.PerfData;

/// <summary>Why a perf.data file cannot be read, or not to its end: the file, the place and the reason.</summary>
internal static class PerfDataFailure
{
    public static KsmToolsException Corrupt(string path, long offset, string reason) =>
        Corrupt(path, Text.Format(Messages.PlaceInFile, offset), reason);

    public static KsmToolsException Corrupt(string path, string place, string reason) => new(
        ErrorReason.TraceCorrupt, path, Text.Format(Messages.TraceDatCorrupt, path, place, reason), Messages.PerfDataCorruptAction);

    /// <summary>The same failure with perf's own advice, where it came from a part that trace.dat files have too.</summary>
    public static KsmToolsException Of(KsmToolsException failure) => failure.Reason != ErrorReason.TraceCorrupt ? failure
        : new KsmToolsException(failure.Reason, failure.Target, failure.Message, Messages.PerfDataCorruptAction, null, failure);

    /// <summary>A file that ends before it says it does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="needed">Where it says that it ends.</param>
    /// <param name="length">Where it does.</param>
    /// <param name="hasFormats">Whether it still says what the events look like.</param>
    public static KsmToolsException Truncated(string path, long needed, long length, bool hasFormats) => new(
        ErrorReason.TraceTruncated,
        path,
        Text.Format(hasFormats ? Messages.TraceDatTruncated : Messages.PerfDataTruncated, path, length, needed),
        hasFormats ? Messages.TraceTruncatedAction : Messages.PerfDataTruncatedAction);

    /// <summary>A recording in parts of which one is gone.</summary>
    public static KsmToolsException Missing(string path, string part) => new(
        ErrorReason.TraceTruncated, path, Text.Format(Messages.PerfDataPartMissing, path, part), Messages.TraceTruncatedAction);

    /// <summary>A pipe's data that ends in the middle of a record.</summary>
    public static KsmToolsException Cut(string path, long offset) => new(
        ErrorReason.TraceTruncated, path, Text.Format(Messages.PerfDataCut, path, offset), Messages.TraceTruncatedAction);

    /// <summary>A file whose header perf record never completed.</summary>
    public static KsmToolsException Unfinished(string path) => new(
        ErrorReason.TraceTruncated, path, Text.Format(Messages.PerfDataUnfinished, path), Messages.PerfDataUnfinishedAction);

    public static KsmToolsException NotRecognised(string path, string message, string action, params ReadOnlySpan<object?> details) => new(
        ErrorReason.TraceFormatNotRecognized, path, Text.Format(message, [path, .. details]), action);
}
