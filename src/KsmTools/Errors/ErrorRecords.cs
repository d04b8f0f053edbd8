using System.Management.Automation;

namespace KsmTools.Errors;

/// <summary>The one place that turns a failure of the library into what PowerShell shows.</summary>
internal static class ErrorRecords
{
    public static ErrorRecord From(KsmToolsException exception) =>
        new(exception, exception.Reason.ToString(), CategoryOf(exception), exception.Target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = exception.RecommendedAction },
        };

    /// <summary>An error as it can be shown: its texts are escaped, the exception and the target are as they are.</summary>
    public static ErrorRecord Shown(ErrorRecord record)
    {
        // PowerShell names a target by its own text.
        record.CategoryInfo.TargetName = TerminalText.Escape(record.CategoryInfo.TargetName);
        record.ErrorDetails = new ErrorDetails(TerminalText.Escape(record.ToString()))
        {
            RecommendedAction = TerminalText.Escape(record.ErrorDetails?.RecommendedAction ?? string.Empty),
        };
        return record;
    }

    private static ErrorCategory CategoryOf(KsmToolsException exception) => exception.Reason switch
    {
        ErrorReason.KsmNotSupported or ErrorReason.ProbeNotAvailable or ErrorReason.TriggerNotSupported or ErrorReason.NumaSingleNode
            => ErrorCategory.NotImplemented,
        ErrorReason.KnobNotSupported or ErrorReason.TraceSessionNotFound or ErrorReason.ProcessNotFound or ErrorReason.NumaNodeNotFound or ErrorReason.PageNotFound
            => ErrorCategory.ObjectNotFound,
        ErrorReason.KnobValueInvalid => ErrorCategory.InvalidArgument,
        ErrorReason.KnobBusy => ErrorCategory.ResourceBusy,
        ErrorReason.AccessDenied => ErrorCategory.PermissionDenied,
        ErrorReason.TraceFsNotAvailable or ErrorReason.MemoryInsufficient => ErrorCategory.ResourceUnavailable,
        ErrorReason.TraceSessionExists => ErrorCategory.ResourceExists,
        ErrorReason.TraceFormatNotRecognized or ErrorReason.TraceCorrupt or ErrorReason.TraceTruncated or ErrorReason.StateDamaged => ErrorCategory.InvalidData,
        ErrorReason.PageMoveFailed or ErrorReason.StateRestoreFailed => ErrorCategory.InvalidResult,
        ErrorReason.MergeTimeout => ErrorCategory.OperationTimeout,
        ErrorReason.MigrationTestFailed or ErrorReason.RegressionFound => ErrorCategory.InvalidResult,
        ErrorReason.KernelIoError => ErrorCategory.DeviceError,
        ErrorReason.UnsafePath => ErrorCategory.SecurityError,
        _ => ErrorCategory.NotSpecified,
    };
}
