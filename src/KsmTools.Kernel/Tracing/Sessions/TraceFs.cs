using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.Sessions;

/// <summary>tracefs, where it is mounted (Documentation/trace/ftrace.rst, "The File System").</summary>
internal sealed class TraceFs : TraceFolder
{
    /// <summary>Where tracefs belongs.</summary>
    public const string Folder = "/sys/kernel/tracing";

    // debugfs mounts it there by itself, and shows its own root to root only.
    private const string DebugFolder = "/sys/kernel/debug/tracing";
    private const string Instances = "instances";

    private TraceFs(KernelTree kernel, string path)
        : base(kernel, path)
    {
    }

    /// <summary>The instances' names.</summary>
    public IReadOnlyList<string> InstanceNames => Folders(Instances);

    /// <summary>tracefs; null where it is not mounted, or hidden from this user.</summary>
    public static TraceFs? Find(KernelTree kernel) =>
        IsThere(kernel, Folder) ? new TraceFs(kernel, Folder)
        : IsThere(kernel, DebugFolder) ? new TraceFs(kernel, DebugFolder)
        : null;

    /// <summary>tracefs, which must be mounted.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.TraceFsNotAvailable"/> or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public static TraceFs Get(KernelTree kernel) => Find(kernel) ?? throw Missing(kernel, null);

    /// <summary>Mounts tracefs where it belongs.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.TraceFsNotAvailable"/>: this kernel has none, or this user may not mount it.</exception>
    public static TraceFs Mount(KernelTree kernel)
    {
        Errno errno = kernel.IsLive && kernel.Exists(Folder) ? MountCalls.TryMount("tracefs", Folder) : Errno.ENODEV;

        // EBUSY is somebody else who mounted it in the meantime.
        return errno is Errno.None or Errno.EBUSY && Find(kernel) is { } tracing ? tracing : throw Missing(kernel, errno);
    }

    /// <summary>Looks into tracefs where it is not mounted and this user may mount it, without mounting it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="look">Gets its top folder, which is there until this returns.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryLook(KernelTree kernel, Action<TraceFolder> look)
    {
        SafeFileHandle? root = null;
        Errno errno = !kernel.IsLive || !kernel.Exists(Folder) ? Errno.ENODEV : MountCalls.TryOpen("tracefs", out root);
        using (root)
        {
            if (root is not null)
            {
                look(new TraceFolder(kernel, KernelTree.PathOf(root)));
            }
        }

        return errno;
    }

    /// <summary>Takes tracefs away; it stays where somebody uses it.</summary>
    public Errno TryUnmount() => Kernel.IsLive ? MountCalls.TryUnmount(Path) : Errno.ENODEV;

    /// <summary>An instance, whether it is there or not.</summary>
    public TraceInstance Instance(string name) => new(Kernel, $"{Path}/{Instances}/{name}", name);

    /// <summary>A folder where tracefs may be and that this user may not look into; null where there is none.</summary>
    public static string? FindHidden(KernelTree kernel) => IsHidden(kernel, Folder) ? Folder : IsHidden(kernel, DebugFolder) ? DebugFolder : null;

    private static bool IsHidden(KernelTree kernel, string folder) =>
        kernel.Access(folder, FileCalls.MayRead) == Errno.EACCES;

    private static bool IsThere(KernelTree kernel, string folder) => kernel.Exists(folder + "/trace_clock");

    private static KsmToolsException Missing(KernelTree kernel, Errno? mounting)
    {
        string folder = kernel.Locate(Folder);
        if (!kernel.Exists(Folder))
        {
            return new(ErrorReason.TraceFsNotAvailable, folder, Text.Format(Messages.TraceFsNotThere, folder), Messages.TraceFsNotThereAction, mounting);
        }

        if (FindHidden(kernel) is { } hidden)
        {
            return KernelErrors.ForFile(Errno.EACCES, kernel.Locate(hidden), "read");
        }

        return mounting is { } errno
            ? new(ErrorReason.TraceFsNotAvailable, folder, Text.Format(Messages.TraceFsNotMountable, folder, errno.Describe()), Messages.TraceFsNotMountableAction, errno)
            : new(ErrorReason.TraceFsNotAvailable, folder, Text.Format(Messages.TraceFsNotMounted, folder), Messages.TraceFsNotMountedAction);
    }
}
