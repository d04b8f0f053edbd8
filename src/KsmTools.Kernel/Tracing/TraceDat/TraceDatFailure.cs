using KsmTools.Errors;

namespace KsmTools.Tracing.TraceDat;

/// <summary>Why a trace.dat file cannot be read: the file, the place and the reason.</summary>
internal static class TraceDatFailure
{
    public static KsmToolsException Corrupt(string path, string place, string reason) => new(
        ErrorReason.TraceCorrupt, path, Text.Format(Messages.TraceDatCorrupt, path, place, reason), Messages.TraceCorruptAction);

    public static KsmToolsException Truncated(string path, long needed, long length) => new(
        ErrorReason.TraceTruncated, path, Text.Format(Messages.TraceDatTruncated, path, length, needed), Messages.TraceTruncatedAction);

    public static KsmToolsException NotRecognised(string path, string message, string action, params ReadOnlySpan<object?> details) => new(
        ErrorReason.TraceFormatNotRecognized, path, Text.Format(message, [path, .. details]), action);
}
