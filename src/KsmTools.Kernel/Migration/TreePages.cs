using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Migration;

/// <summary>
/// Pages of a tree of processes, each of which has moved them to where its parent has none: at addresses that their mapping's offset does not say, and at another on each level.
/// Merged, all processes have them together, by an anon_vma of each; of the other kinds, all map the same pages.
/// </summary>
internal sealed class TreePages : ScenarioPages
{
    /// <summary>How many levels of processes there are.</summary>
    public const int Levels = 5;

    /// <summary>Of the pages that are asked for, each process has one in so many, so that all processes together have a mapping fewer than a KSM page takes by default.</summary>
    public const int Divisor = 4;

    private readonly ulong[] _content = new ulong[Environment.SystemPageSize / sizeof(ulong)];
    private readonly SafeFileHandle? _file;
    private readonly TreeHolder _holder;

    public TreePages(KernelTree kernel, KsmMigrationPageType pageType, int pageCount, CancellationToken cancellationToken)
        : base(kernel)
    {
        PageType = pageType;
        Count = pageCount / Divisor;
        Array.Fill(_content, EqualWord());
        _file = FileOf(pageType, cancellationToken);
        try
        {
            _holder = TreeHolder.Create(new TreeLayout(Count, 0, _content[0], pageType == KsmMigrationPageType.Ksm, Levels - 1), _file, place: null, cancellationToken);
        }
        catch
        {
            _file?.Dispose();
            throw;
        }

        Ids = [.. _holder.Addresses.Keys];
    }

    /// <summary>The kind of pages.</summary>
    public KsmMigrationPageType PageType { get; }

    public override int Id => _holder.Id;

    public override long Address => _holder.Addresses[Id];

    public override int Count { get; }

    public override IReadOnlyList<int> Ids { get; }

    public override IReadOnlyList<int> MergingIds => PageType == KsmMigrationPageType.Ksm ? Ids : [];

    public override long AddressOf(int id) => _holder.Addresses[id];

    protected override ReadOnlySpan<byte> Content => MemoryMarshal.AsBytes<ulong>(_content);

    public override KsmToolsException? Death(KsmToolsException cause) => _holder.Death(cause);

    protected override void Dispose(bool disposing)
    {
        _holder.Dispose();
        _file?.Dispose();
        base.Dispose(disposing);
    }

    private SafeFileHandle? FileOf(KsmMigrationPageType pageType, CancellationToken cancellationToken)
    {
        if (pageType is KsmMigrationPageType.Ksm or KsmMigrationPageType.Anon)
        {
            return null;
        }

        SafeFileHandle? file;
        if (pageType == KsmMigrationPageType.File)
        {
            file = RegionFile.Create((long)Count * Environment.SystemPageSize);
        }
        else
        {
            Errno errno = NamelessFiles.TryCreateInMemory("ksmtools-shared", executable: false, out file);
            if (file is null)
            {
                throw KernelErrors.ForFile(errno, "memfd", "open");
            }
        }

        try
        {
            for (int page = 0; page < Count; page++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RandomAccess.Write(file, Content, (long)page * Environment.SystemPageSize);
            }

            RandomAccess.FlushToDisk(file);
            return file;
        }
        catch (IOException exception)
        {
            file.Dispose();
            throw RegionErrors.ForRegionFile(exception, Path.GetTempPath());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
