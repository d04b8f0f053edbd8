using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;

namespace KsmTools.Memory;

/// <summary>Failures of mapping test regions.</summary>
internal static class RegionErrors
{
    /// <summary>madvise(MADV_MERGEABLE) failed: <c>EINVAL</c> is a kernel without KSM, <c>EAGAIN</c> is how madvise(2) says <c>ENOMEM</c>.</summary>
    public static KsmToolsException ForMergeable(Errno errno, KernelTree kernel) => errno switch
    {
        Errno.EINVAL => KsmErrors.KsmNotSupported(kernel, errno),
        Errno.EAGAIN => KernelErrors.ForCall(Errno.ENOMEM, "madvise(MADV_MERGEABLE)", kernel.Locate(KsmFiles.Folder)),
        _ => KernelErrors.ForCall(errno, "madvise(MADV_MERGEABLE)", kernel.Locate(KsmFiles.Folder)),
    };

    /// <summary>mprotect(2) of a single page failed: <c>ENOMEM</c> is the limit on mappings, or memory for one more of them.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="made">The mappings that were made before.</param>
    /// <param name="wanted">The mappings that were wanted.</param>
    public static KsmToolsException ForSplit(Errno errno, int made, int wanted) => errno == Errno.ENOMEM
        ? new(
            ErrorReason.MemoryInsufficient,
            wanted,
            Text.Format(Messages.SplitFailed, made, wanted, errno.Describe()),
            RegionLimits.MappingsAction(MappingCount.OfThisProcess() + (long)wanted),
            errno)
        : KernelErrors.ForCall(errno, "mprotect(PROT_READ)", wanted);

    /// <summary>There is no room for the file behind a region.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="name">The folder, or the kind of file.</param>
    /// <param name="length">Bytes.</param>
    public static KsmToolsException ForRegionFile(Errno errno, string name, long length) => errno == Errno.ENOSPC
        ? new(
            ErrorReason.MemoryInsufficient,
            name,
            Text.Format(Messages.RegionFileFull, name, length, errno.Describe()),
            Messages.RegionFileFullAction,
            errno)
        : KernelErrors.ForFile(errno, name, "write");

    /// <summary>Writing the file behind a region failed.</summary>
    public static KsmToolsException ForRegionFile(IOException exception, string name) =>
        new(
            ErrorReason.KernelIoError,
            name,
            Text.Format(Messages.KernelIoError, name, "write", exception.Message),
            Messages.KernelIoErrorAction,
            innerException: exception);
}
