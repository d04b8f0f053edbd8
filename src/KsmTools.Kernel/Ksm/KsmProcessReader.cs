using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>
/// Reads what KSM does for each process. The files belong to the process's user (mode 0400): others need root, or
/// <c>CAP_DAC_READ_SEARCH</c>. Not safe for concurrent use.
/// </summary>
public sealed class KsmProcessReader
{
    private const string Stat = "ksm_stat";
    private const string MergingPages = "ksm_merging_pages";

    private readonly KernelTree _kernel;
    private readonly ProcessNameReader _names;
    private readonly Lazy<int> _itemSize;
    private readonly Lazy<bool> _isSupported;
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>A reader of a kernel's processes.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public KsmProcessReader(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        _names = new ProcessNameReader(kernel);
        _itemSize = new Lazy<int>(() => KsmItemSize.Of(kernel));
        _isSupported = new Lazy<bool>(() => kernel.IsLive ? HasFiles("self") : ProcessIds.TryList(kernel, out int[] ids) == Errno.None && ids.Any(id => HasFiles(Number(id))));
    }

    /// <summary>Why processes are not among those that <c>/proc</c> lists: its mount option <c>hidepid</c>; null where it hides none from this user.</summary>
    public string? HiddenRemark => HiddenProcesses.Remark(_kernel);

    /// <summary>The ids of all processes, in ascending order.</summary>
    /// <exception cref="KsmToolsException">The process folder cannot be listed.</exception>
    internal IReadOnlyList<int> ListIds()
    {
        Errno errno = ProcessIds.TryList(_kernel, out int[] ids);
        string folder = _kernel.Locate(ProcessIds.Folder);
        return errno == Errno.None ? ids : throw (errno == Errno.ENOENT && !_kernel.IsLive ? KsmProcessErrors.ForTreeWithout(folder) : KernelErrors.ForFile(errno, folder, "open"));
    }

    /// <summary>The name of a process as <c>Get-Process</c> gives it.</summary>
    /// <param name="id">The process.</param>
    /// <returns>The name, or null where it has ended or the tree does not hold it.</returns>
    public string? ReadName(int id) => _names.Read(id);

    /// <summary>Where a process's counters are, root included: <c>/proc/pid/ksm_stat</c>.</summary>
    /// <param name="id">The process.</param>
    internal string Locate(int id) => _kernel.Locate(StatOf(id));

    /// <summary>Reads one process.</summary>
    /// <param name="id">The process.</param>
    /// <param name="process">What KSM does for it, or null.</param>
    /// <returns>
    /// <see cref="Errno.None"/>; <see cref="Errno.ESRCH"/> where there is no such process, or it ended while it was read;
    /// <see cref="Errno.ENOSYS"/> where this kernel says nothing about single processes, or a captured tree nothing about this one; or what the kernel said.
    /// </returns>
    /// <exception cref="KsmToolsException">The contents are not what the kernel writes.</exception>
    public Errno TryRead(int id, out KsmProcess? process)
    {
        process = null;
        Errno errno = TryReadFile(StatOf(id), out ReadOnlySpan<byte> text);
        bool hasStat = errno == Errno.None;
        if (errno is not (Errno.None or Errno.ENOENT))
        {
            return errno;
        }

        // Of a thread without memory nothing is said. To ask whether others have it takes longer than reading, so it is asked of those alone.
        int thread = id;
        if (text.IsEmpty && (thread = ProcessMemory.ThreadOf(_kernel, id)) != id)
        {
            errno = TryReadFile(ProcessMemory.PathOf(id, thread, Stat), out text);
            if (errno is not (Errno.None or Errno.ENOENT))
            {
                return errno;
            }
        }

        KsmStatText stat = KsmStatText.Parse(text, _kernel.Locate(ProcessMemory.PathOf(id, thread, Stat)));
        long? mergingPages = stat.MergingPages;
        if (mergingPages is null)
        {
            // Before 6.4 the number was in a file of its own only.
            string path = ProcessMemory.PathOf(id, thread, MergingPages);
            errno = TryReadFile(path, out text);
            if (errno is not (Errno.None or Errno.ENOENT))
            {
                return errno;
            }

            if (errno == Errno.ENOENT && !hasStat)
            {
                // A running kernel has the files of every process or of none: what has none has ended, and another has its number by now.
                return Exists(id) && !(_kernel.IsLive && _isSupported.Value) ? Errno.ENOSYS : Errno.ESRCH;
            }

            text = text.TrimEnd((byte)'\n');
            mergingPages = text.IsEmpty ? null : KsmStatText.Number(text, _kernel.Locate(path));
        }

        process = new KsmProcess
        {
            Id = id,
            Name = _names.Read(id),
            RmapItems = stat.RmapItems,
            MergingPages = mergingPages,
            ZeroPages = stat.ZeroPages,
            Profit = stat.Profit,
            MergeAny = stat.MergeAny,
            Mergeable = stat.Mergeable,
            MetadataBytes = stat.RmapItems is > 0 and var items ? KsmItemSize.Bytes(items, _itemSize.Value) : stat.RmapItems,
            Other = stat.Other,
        };

        // An ending process gives up its memory first and its folder later; without a folder it is gone.
        if (process.HasMemory() || Exists(id))
        {
            return Errno.None;
        }

        process = null;
        return Errno.ESRCH;
    }

    /// <summary>The failure to tell of where a process cannot be read.</summary>
    /// <param name="errno">What <see cref="TryRead"/> returned.</param>
    /// <param name="id">The process.</param>
    /// <returns>
    /// <see cref="ErrorReason.ProcessNotFound"/> (it has ended, or a captured tree lacks its files), <see cref="ErrorReason.AccessDenied"/>,
    /// <see cref="ErrorReason.KsmNotSupported"/> (nothing is said about any process) or <see cref="ErrorReason.KernelIoError"/>.
    /// </returns>
    public KsmToolsException FailureOf(Errno errno, int id) => errno != Errno.ENOSYS ? KsmProcessErrors.ForKsmProcess(errno, id, Locate(id))
        : _isSupported.Value ? KsmProcessErrors.ForLackingProcess(id, ReadName(id), Locate(id))
        : KsmProcessErrors.ForAllProcesses(_kernel, Locate(id));

    /// <summary>Reads one process.</summary>
    /// <param name="id">The process.</param>
    /// <param name="process">What KSM does for it, or null.</param>
    /// <returns>Null, or why it could not be read, as <see cref="FailureOf"/> has it; contents that are not what the kernel writes are <see cref="ErrorReason.KernelIoError"/>.</returns>
    public KsmToolsException? Find(int id, out KsmProcess? process)
    {
        process = null;
        try
        {
            Errno errno = TryRead(id, out process);
            return errno == Errno.None ? null : FailureOf(errno, id);
        }
        catch (KsmToolsException failure)
        {
            return failure;
        }
    }

    /// <summary>Fails where this kernel has something else in KSM's place, and says nothing about processes.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>.</exception>
    public void RequireKsm()
    {
        if (_kernel.Exists(KsmStandIns.Uksm) && !_isSupported.Value)
        {
            KsmFiles.Require(_kernel);
        }
    }

    /// <summary>Reads all processes that can be read; one that ends meanwhile is passed over.</summary>
    /// <param name="unread">
    /// Takes the id of each process that could not be, and why: <see cref="ErrorReason.AccessDenied"/>, <see cref="ErrorReason.ProcessNotFound"/> (a captured tree lacks its files) or
    /// <see cref="ErrorReason.KernelIoError"/>. <see cref="KsmUnreadProcesses"/> puts them together.
    /// </param>
    /// <exception cref="KsmToolsException">Nothing is said about any process.</exception>
    public IEnumerable<KsmProcess> ReadAll(Action<int, KsmToolsException> unread)
    {
        ArgumentNullException.ThrowIfNull(unread);
        return Read(ListIds(), unread);
    }

    /// <summary>The failure to tell of where no process has a name that was asked for.</summary>
    /// <param name="name">The name.</param>
    /// <returns><see cref="ErrorReason.ProcessNotFound"/>.</returns>
    public KsmToolsException NotFound(string name) => ProcessErrors.NotFound(_kernel, name);

    /// <summary>The failure to tell of where <c>/proc</c> hides processes from this user; null where it hides none.</summary>
    internal KsmToolsException? Hidden() => HiddenRemark is { } remark
        ? new(ErrorReason.AccessDenied, _kernel.Locate(ProcessIds.Folder), remark, Messages.ProcessHiddenMountAction)
        : null;

    /// <summary>Reads those of some processes that can be read and have not ended since they were listed.</summary>
    internal IEnumerable<KsmProcess> Read(IEnumerable<int> ids, Action<int, KsmToolsException> unread)
    {
        foreach (int id in ids)
        {
            switch (Find(id, out KsmProcess? process))
            {
                case null:
                    yield return process!;
                    break;
                case { Errno: Errno.ESRCH }:
                    break;
                case { Reason: ErrorReason.KsmNotSupported } failure:
                    throw failure;
                case var failure:
                    unread(id, failure);
                    break;
            }
        }
    }

    private static string StatOf(int id) => ProcessMemory.PathOf(id, id, Stat);

    private static string Number(int id) => id.ToString(CultureInfo.InvariantCulture);

    private bool HasFiles(string id) => _kernel.Exists($"{ProcessIds.Folder}/{id}/{Stat}") || _kernel.Exists($"{ProcessIds.Folder}/{id}/{MergingPages}");

    private bool Exists(int id) => _kernel.Exists(string.Create(CultureInfo.InvariantCulture, $"{ProcessIds.Folder}/{id}"));

    // The text is in the buffer until the next file is read.
    private Errno TryReadFile(string path, out ReadOnlySpan<byte> text)
    {
        text = default;
        Errno errno = KernelFile.TryOpen(_kernel, path, out KernelFile? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            errno = file.TryRead(_buffer, 0, out int count);
            text = _buffer.AsSpan(0, count);

            // A number that is cut off is another one.
            return count == _buffer.Length ? Errno.EFBIG : errno;
        }
    }
}
