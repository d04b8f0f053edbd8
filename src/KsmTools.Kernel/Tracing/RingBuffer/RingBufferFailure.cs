using KsmTools.Errors;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Why a CPU's data cannot be read on: the file, the place and the reason.</summary>
internal static class RingBufferFailure
{
    public static KsmToolsException Corrupt(string path, string place, SubBufferFault fault, int cpu) => new(
        ErrorReason.TraceCorrupt, path, Text.Format(Messages.SubBufferCorrupt, path, place, Reason(fault), cpu), Messages.TraceCorruptAction);

    public static KsmToolsException Corrupt(string path, string place, string reason, int cpu) => new(
        ErrorReason.TraceCorrupt, path, Text.Format(Messages.SubBufferCorrupt, path, place, reason, cpu), Messages.TraceCorruptAction);

    public static KsmToolsException Truncated(string path, string place, int cpu) => new(
        ErrorReason.TraceTruncated, path, Text.Format(Messages.SubBufferTruncated, path, place, cpu), Messages.TraceTruncatedAction);

    private static string Reason(SubBufferFault fault) => fault switch
    {
        SubBufferFault.HeaderOutside => Messages.FaultHeaderOutside,
        SubBufferFault.CommitOutside => Messages.FaultCommitOutside,
        SubBufferFault.EventOutside => Messages.FaultEventOutside,
        SubBufferFault.LengthTooSmall => Messages.FaultLengthTooSmall,
        SubBufferFault.RecordTooShort => Messages.FaultRecordTooShort,
        SubBufferFault.StringOutside => Messages.FaultStringOutside,
        SubBufferFault.TimeOutOfRange => Messages.FaultTimeOutOfRange,
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
