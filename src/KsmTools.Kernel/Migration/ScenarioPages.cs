using System.Globalization;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;

namespace KsmTools.Migration;

/// <summary>The pages of a scenario: all alike, and unlike any other page of the machine.</summary>
internal abstract class ScenarioPages(KernelTree kernel) : IDisposable
{
    private readonly ProcessPages _pages = new(kernel);
    private readonly Dictionary<int, KernelFile> _memories = [];
    private readonly byte[] _read = new byte[Environment.SystemPageSize];

    /// <summary>The process whose pages are merged.</summary>
    public abstract int Id { get; }

    /// <summary>The address of the first, in that process.</summary>
    public abstract long Address { get; }

    /// <summary>The address of the first, in one of the processes.</summary>
    /// <param name="id">The process.</param>
    public virtual long AddressOf(int id) => Address;

    /// <summary>How many each process has.</summary>
    public abstract int Count { get; }

    /// <summary>The processes that have them.</summary>
    public virtual IReadOnlyList<int> Ids => [Id];

    /// <summary>Those of them whose pages ksmd merges; none where they are not to be merged.</summary>
    public virtual IReadOnlyList<int> MergingIds => [Id];

    /// <summary>What comes between merging and migrating; null where nothing does.</summary>
    public virtual KsmMigrationStep? Preparation => null;

    /// <summary>What each page holds.</summary>
    protected abstract ReadOnlySpan<byte> Content { get; }

    /// <summary>Makes the pages of a scenario.</summary>
    /// <exception cref="Errors.KsmToolsException">The kernel refused.</exception>
    public static ScenarioPages Create(KernelTree kernel, KsmMigrationCase row, int pageCount, CancellationToken cancellationToken) => row.Scenario switch
    {
        KsmMigrationScenario.Mremap => new MremapPages(kernel, pageCount, cancellationToken),
        KsmMigrationScenario.Fork => new ForkPages(kernel, pageCount, cancellationToken),
        KsmMigrationScenario.Process => new OptInPages(kernel, pageCount, cancellationToken),
        KsmMigrationScenario.Tree => new TreePages(kernel, row.PageType, pageCount, cancellationToken),
        KsmMigrationScenario.Swap => new SwapPages(kernel, pageCount, cancellationToken),
        _ => new BasicPages(kernel, pageCount, cancellationToken),
    };

    /// <summary>Does what comes between.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether that unmerged the pages, so that they are to be merged again.</returns>
    /// <exception cref="Errors.KsmToolsException">The kernel refused.</exception>
    public virtual bool Prepare(CancellationToken cancellationToken) => false;

    /// <summary>What is to be said where a failure comes of it that the process which has the pages was killed; null where that is not so.</summary>
    /// <param name="cause">The failure.</param>
    public virtual Errors.KsmToolsException? Death(Errors.KsmToolsException cause) => null;

    /// <summary>Where the pages of a process are.</summary>
    public PageMapping[] Mappings(int id)
    {
        PagemapEntry[] entries = _pages.ReadEntries(id, AddressOf(id), Count);
        return [.. entries.Select((entry, page) => new PageMapping(id, AddressOf(id) + ((long)page * Environment.SystemPageSize), entry.Frame, entry.SwapPlace))];
    }

    /// <summary>Where the pages of all processes are.</summary>
    public PageMapping[] Mappings() => [.. Ids.SelectMany(Mappings)];

    /// <summary>Whether one holds what it should.</summary>
    public bool Holds(PageMapping mapping) => TryRead(mapping.Id, mapping.Address, _read) == Errno.None && Content.SequenceEqual(_read);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A word for pages that are to be like each other and like no other page. Never zero: <c>use_zero_pages</c> would send them to the zero page instead of merging them.</summary>
    protected static ulong EqualWord() => (ulong)Random.Shared.NextInt64() | 1;

    /// <summary>
    /// Reads a page through <c>/proc/pid/mem</c>. process_vm_readv(2) will not do: it pins what it reads, and pinning gives each mapping of a shared page a page of its own
    /// (<c>gup_must_unshare</c> since 5.19, include/linux/mm.h, later mm/internal.h).
    /// </summary>
    /// <param name="id">The process.</param>
    /// <param name="address">The address.</param>
    /// <param name="page">Takes what is there.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said; <see cref="Errno.EIO"/> where nothing is mapped.</returns>
    protected Errno TryRead(int id, long address, Span<byte> page)
    {
        if (!_memories.TryGetValue(id, out KernelFile? memory))
        {
            Errno refusal = KernelFile.TryOpen(KernelTree.Running, string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/mem"), out memory);
            if (memory is null)
            {
                return refusal;
            }

            _memories.Add(id, memory);
        }

        Errno errno = memory.TryRead(page, address, out int count);
        return errno == Errno.None && count < page.Length ? Errno.EIO : errno;
    }

    /// <summary>Gives the pages back.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (KernelFile memory in _memories.Values)
        {
            memory.Dispose();
        }
    }
}
