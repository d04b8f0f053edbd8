using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>Failures of KSM's knobs, with what to type next.</summary>
internal static class KsmErrors
{
    /// <summary>A kernel has no KSM, or a tree was made without its files. What it has in KSM's place is named.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="errno">What the kernel said to a call; null where a file is missing.</param>
    public static KsmToolsException KsmNotSupported(KernelTree kernel, Errno? errno = null)
    {
        string folder = kernel.Locate(KsmFiles.Folder);
        bool hasUksm = kernel.Exists(KsmStandIns.Uksm);
        string? standIn = hasUksm ? KsmStandIns.Uksm : kernel.Exists(KsmStandIns.ProcessKsm) ? KsmStandIns.ProcessKsm : null;
        string message = standIn is null
            ? Text.Format(kernel.IsLive ? Messages.KsmNotSupported : Messages.KsmNotInTree, folder)
            : Text.Format(hasUksm ? Messages.KsmIsUksm : Messages.KsmOnlyCalls, folder, kernel.Locate(standIn));
        string action = hasUksm ? Text.Format(Messages.KsmIsUksmAction, KsmStandIns.Uksm)
            : kernel.IsLive ? Messages.KsmNotSupportedAction
            : Text.Format(Messages.KsmNotInTreeAction, KernelTree.RootVariable);
        return new KsmToolsException(ErrorReason.KsmNotSupported, folder, message, action, errno);
    }

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

    /// <summary>What a file was nobody can know, so that it could not be put back where another one fails.</summary>
    public static KsmToolsException OtherUnknown(string path) => new(ErrorReason.KnobValueInvalid, path, Text.Format(Messages.OtherUnknown, path), Messages.OtherUnknownAction);

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
