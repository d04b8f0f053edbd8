using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>
/// A control group of one's own, so that the kernel can be asked to reclaim the memory of what is in it and of nobody else: by <c>memory.reclaim</c> of version 2
/// (Documentation/admin-guide/cgroup-v2.rst), or <c>memory.force_empty</c> of version 1 (cgroup-v1/memory.rst). What is in it must have ended before <see cref="Dispose"/>.
/// </summary>
internal sealed class ReclaimGroup : IDisposable
{
    private const string Prefix = "ksmtools-reclaim-";

    // Between the end of a process and the kernel's letting go of its group.
    private const int MaximumAttempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly KernelTree _kernel;
    private readonly Place _place;
    private readonly string _folder;

    private ReclaimGroup(KernelTree kernel, Place place)
    {
        _kernel = kernel;
        _place = place;
        _folder = place.NameOf(Environment.ProcessId);
    }

    /// <summary>Where a group with the memory controller can be made: below this process's own group in version 1, and in version 2 below the first around it that passes it on.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static Place? Find(KernelTree kernel)
    {
        foreach (ControlGroupFolders.Hierarchy hierarchy in ControlGroupFolders.Of(kernel, id: null, "memory"))
        {
            string? folder = hierarchy.IsUnified
                ? hierarchy.Folders.FirstOrDefault(folder => kernel.TryReadText(folder + "/cgroup.subtree_control", out string? controllers) == Errno.None && controllers!.Split(' ', '\n').Contains("memory"))
                : hierarchy.Folders[0];
            if (folder is not null)
            {
                return new Place(hierarchy.IsUnified, folder);
            }
        }

        return null;
    }

    /// <summary>Makes a group, and removes what killed processes have left of theirs.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.TriggerNotSupported"/>: none can be made, or it cannot be told to reclaim.</exception>
    public static ReclaimGroup Create(KernelTree kernel)
    {
        Place place = Find(kernel) ?? throw Refusal(Messages.ReclaimGroupMissing);
        var group = new ReclaimGroup(kernel, place);
        try
        {
            foreach (string left in Directory.EnumerateDirectories(place.Folder, Prefix + "*"))
            {
                _ = TryRemove(left);
            }

            _ = Directory.CreateDirectory(group._folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refusal(Text.Format(Messages.ReclaimGroupRefused, group._folder, exception.Message));
        }

        if (!kernel.Exists(group._folder + place.Switch))
        {
            group.Dispose();
            throw Refusal(Text.Format(Messages.ReclaimGroupWithout, group._folder, place.Switch[1..]));
        }

        return group;
    }

    /// <summary>Puts a process into it. What that has mapped before stays where it is counted.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Add(int id) => _kernel.Write(_folder + "/cgroup.procs", id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Has the kernel reclaim all that it can.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Reclaim()
    {
        string file = _folder + _place.Switch;
        string value = _place.IsUnified ? (_kernel.ReadInt64(_folder + "/memory.current") ?? 0).ToString(CultureInfo.InvariantCulture) : "0";

        // EAGAIN: less than that was reclaimed.
        if (_kernel.TryWrite(file, value) is not (Errno.None or Errno.EAGAIN or Errno.EINTR) and var errno)
        {
            throw KernelErrors.ForFile(errno, file, "write");
        }
    }

    /// <summary>Removes it. One that is still in use is removed by the next <see cref="Create"/>.</summary>
    public void Dispose()
    {
        for (int attempt = 1; !TryRemove(_folder) && attempt < MaximumAttempts; attempt++)
        {
            Thread.Sleep(Pause);
        }
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static KsmToolsException Refusal(string reason) => new(ErrorReason.TriggerNotSupported, null, reason, Messages.ReclaimGroupAction);

    /// <summary>Where groups can be made.</summary>
    /// <param name="IsUnified">Whether it is of version 2.</param>
    /// <param name="Folder">The group around them.</param>
    internal readonly record struct Place(bool IsUnified, string Folder)
    {
        /// <summary>What has a group reclaim.</summary>
        public string Switch => IsUnified ? "/memory.reclaim" : "/memory.force_empty";

        /// <summary>The group that a process makes.</summary>
        public string NameOf(int id) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{Prefix}{id}");
    }
}
