using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>Failures of KSM's knobs, with what to type next.</summary>
internal static class KsmErrors
{
    public static KsmToolsException KsmNotSupported(string folder, bool live, Errno? errno = null) => new(
        ErrorReason.KsmNotSupported,
        folder,
        Text.Format(Messages.KsmNotSupported, folder),
        live ? Messages.KsmNotSupportedAction : Text.Format(Messages.KsmNotInTreeAction, Files.KernelTree.RootVariable),
        errno);

    public static KsmToolsException KnobNotSupported(KsmKnob knob, string path) => new(
        ErrorReason.KnobNotSupported, path, Text.Format(Messages.KnobNotSupported, path, knob.Property), Messages.KnobNotSupportedAction);

    public static KsmToolsException KnobValueInvalid(KsmKnob knob, string path, string value, Errno errno = Errno.EINVAL, string? range = null) => new(
        ErrorReason.KnobValueInvalid,
        path,
        Text.Format(Messages.KnobValueInvalid, path, value, errno.Describe()),
        knob.IsOther ? Messages.OtherValueInvalidAction : Text.Format(
            Messages.KnobValueInvalidAction,
            knob.Property,
            range ?? (knob == KsmKnob.Run ? "Stopped, Running, Unmerged" : Text.Format(Messages.NumberRange, knob.Minimum, knob.Maximum)),
            knob.DefaultText),
        errno);

    /// <summary>A name that leads out of the folder, or that no file has.</summary>
    public static KsmToolsException NoFileName(string folder, string name) => new(
        ErrorReason.KnobValueInvalid, name, Text.Format(Messages.OtherName, name, folder), Messages.OtherMissingAction);

    /// <summary>A known knob among the others: its own parameter checks what it is given.</summary>
    public static KsmToolsException KnobHasParameter(KsmKnob knob, string path) => new(
        ErrorReason.KnobValueInvalid, path, Text.Format(Messages.OtherKnown, path, knob.Property), Text.Format(Messages.OtherKnownAction, knob.Property));

    public static KsmToolsException OtherMissing(string path) => new(ErrorReason.KnobNotSupported, path, Text.Format(Messages.OtherMissing, path), Messages.OtherMissingAction);

    public static KsmToolsException OtherCounts(string path) => new(ErrorReason.KnobNotSupported, path, Text.Format(Messages.OtherCounts, path), Messages.OtherMissingAction);

    public static KsmToolsException KnobValueMeaningless(KsmKnob knob, string path, string value) => new(
        ErrorReason.KnobValueInvalid,
        path,
        Text.Format(Messages.KnobValueMeaningless, path, value, knob.MostMeaning),
        Text.Format(Messages.KnobValueInvalidAction, knob.Property, Text.Format(Messages.NumberRange, knob.Minimum, knob.MostMeaning), knob.DefaultText));

    public static KsmToolsException AdvisorLimitsCrossed(string path, ulong least, ulong most) => new(
        ErrorReason.KnobValueInvalid, path, Text.Format(Messages.AdvisorLimitsCrossed, path, least, most), Messages.AdvisorLimitsCrossedAction);

    public static KsmToolsException AdvisorOwnsPagesToScan(string path) => new(
        ErrorReason.KnobValueInvalid,
        path,
        Text.Format(Messages.AdvisorOwnsPagesToScan, path, Errno.EINVAL.Describe()),
        Messages.AdvisorOwnsPagesToScanAction,
        Errno.EINVAL);

    public static KsmToolsException ForWrite(Errno errno, KsmKnob knob, string path, string value, long? pagesShared) => errno switch
    {
        Errno.EBUSY when pagesShared > 0 => new(
            ErrorReason.KnobBusy,
            path,
            Text.Format(Messages.KnobBusyShared, path, value, errno.Describe(), pagesShared),
            Messages.KnobBusySharedAction,
            errno),
        Errno.EINVAL or Errno.ERANGE => KnobValueInvalid(knob, path, value, errno),
        Errno.ENOMEM when knob == KsmKnob.Run => new(
            ErrorReason.MemoryInsufficient,
            path,
            Text.Format(Messages.UnmergeFailed, path, errno.Describe()),
            Messages.UnmergeFailedAction,
            errno),
        _ => KernelErrors.ForFile(errno, path, "write"),
    };

    public static KsmToolsException RestoreFailed(string path, string value, Errno errno, Exception? cause) => new(
        ErrorReason.StateRestoreFailed,
        path,
        Text.Format(Messages.StateRestoreFailed, path, value, errno.Describe()),
        errno == Errno.EBUSY ? Messages.StateRestoreBusyAction : Messages.StateRestoreFailedAction,
        errno,
        cause);
}
