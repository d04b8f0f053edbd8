using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;

namespace KsmTools.Potential;

/// <summary>
/// Reads the pages of processes once and counts contents. Which pages is told by pagemap first: nothing is brought into memory that is not there, unless it is swapped out
/// in the moment between. Other threads read and hash while this one counts.
/// </summary>
internal sealed class PotentialReader : IDisposable
{
    /// <summary>The number of the content that is all zeros; with merging node by node, only where zero pages are special.</summary>
    public const int ZeroContent = 0;

    private const ulong ZeroHash = 0;
    private const int EntriesAtATime = 1 << 13;

    private readonly KernelTree _kernel;
    private readonly ZeroFrames _zeroFrames;
    private readonly SharedFrames _sharedFrames;

    // Of pages that several mappings have, where the kernel hides which frame they are: of each content one frame is counted, and how many mappings were met.
    private readonly ContentPages _hidden = new();

    // Those that a single mapping has, and nobody else.
    private readonly ContentPages _ownUnused = new();
    private readonly UnusedFrames _unusedFrames;
    private readonly FrameNodes? _nodes;
    private readonly PageSample _sample;
    private readonly PageBatches _batches;
    private readonly ulong[] _entries = new ulong[EntriesAtATime];
    private readonly int _pageSize = Environment.SystemPageSize;
    private readonly bool _zeroPagesAreSpecial;
    private KernelFile? _memory;
    private int _thread;
    private int _processCount;

    /// <param name="kernel">The running kernel.</param>
    /// <param name="share">The part of the pages that is read, above 0 and up to 1.</param>
    /// <param name="isPerNode">Whether only pages of one node are merged with each other.</param>
    /// <param name="zeroPagesAreSpecial">Whether zero pages of all nodes are one content (<c>use_zero_pages</c>).</param>
    /// <param name="readOwn">How memory of processes is read that nobody else maps.</param>
    public PotentialReader(KernelTree kernel, double share, bool isPerNode, bool zeroPagesAreSpecial, OwnMemoryReader readOwn)
    {
        _zeroPagesAreSpecial = zeroPagesAreSpecial;
        _kernel = kernel;
        _zeroFrames = new ZeroFrames(kernel);
        _sharedFrames = new SharedFrames(kernel);
        _unusedFrames = new UnusedFrames(kernel);
        _nodes = isPerNode ? new FrameNodes(kernel) : null;
        _sample = new PageSample(share, (ulong)Random.Shared.NextInt64());
        _batches = new PageBatches(_pageSize, readOwn);
        Contents.Remove(Contents.Add(ZeroHash, false), false);
    }

    /// <summary>How often each content was met.</summary>
    public ContentTable Contents { get; } = new();

    /// <summary>The content of each page, process by process.</summary>
    public PageList Pages { get; } = new();

    /// <summary>Whether the kernel hid page frames.</summary>
    public bool FramesHidden { get; private set; }

    /// <summary>The frames that several processes map, or that are merged.</summary>
    public SharedFrames Frames => _sharedFrames;

    /// <summary>
    /// What is to be known of contents for those of their frames that merging does not simply free. What a single process shares is others' too: no frame of it has two mappings in one,
    /// unless KSM has merged it.
    /// </summary>
    /// <param name="maxPageSharing">Mappings that one KSM page takes.</param>
    public Dictionary<int, ContentFrames> SpecialFrames(int maxPageSharing)
    {
        Dictionary<int, ContentFrames> contents = _sharedFrames.OfContents(maxPageSharing);
        foreach ((int content, int pages) in _hidden.Pages)
        {
            ContentFrames known = contents.GetValueOrDefault(content);
            contents[content] = known with { Unknown = known.Unknown + 1, UnknownPages = known.UnknownPages + (_processCount == 1 ? 1 : pages) };
        }

        foreach ((int content, int count) in _ownUnused.Pages)
        {
            ContentFrames known = contents.GetValueOrDefault(content);
            contents[content] = known with { Unused = known.Unused + count, UnusedPages = known.UnusedPages + count };
        }

        if (FramesHidden && _unusedFrames.AreFreed && Contents[ZeroContent].Frames > 0)
        {
            contents[ZeroContent] = contents.GetValueOrDefault(ZeroContent) with { MayBeUnused = true };
        }

        return contents;
    }

    /// <summary>Reads a process's pages.</summary>
    /// <param name="tally">Takes the counts.</param>
    /// <param name="progress">Told how many pages have been looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">It has ended, or hides its memory: nothing of it was counted.</exception>
    public void Read(ProcessTally tally, Action<long> progress, CancellationToken cancellationToken)
    {
        tally.First = Pages.Count;
        _sharedFrames.Begin();
        _hidden.Begin();
        _ownUnused.Begin();
        try
        {
            IReadOnlyList<ProcessVma> vmas = ProcessVmas.Read(_kernel, tally.Id, cancellationToken);
            _thread = ProcessMemory.ThreadOf(_kernel, tally.Id);
            using KernelFile pagemap = Open(tally.Id, _thread, "pagemap");
            using KernelFile memory = Open(tally.Id, _thread, "mem");
            _memory = memory;
            try
            {
                foreach (ProcessVma vma in vmas.Where(vma => vma is { IsKsmCompatible: true, AnonymousBytes: > 0 }))
                {
                    Read(pagemap, vma, tally, progress, cancellationToken);
                }

                Drain(tally);
            }
            finally
            {
                _batches.Finish();
            }

            tally.End = Pages.Count;
            _processCount++;
        }
        catch
        {
            Abandon(tally);
            throw;
        }
    }

    /// <summary>Takes a process whose memory was read as another's: it has no page of its own.</summary>
    /// <param name="tally">Takes that.</param>
    public void ReadNothing(ProcessTally tally) => tally.First = tally.End = Pages.Count;

    public void Dispose()
    {
        _batches.Dispose();
        _zeroFrames.Dispose();
        _sharedFrames.Dispose();
        _unusedFrames.Dispose();
    }

    private KernelFile Open(int process, int thread, string name)
    {
        string path = ProcessMemory.PathOf(process, thread, name);
        Errno errno = KernelFile.TryOpen(_kernel, path, out KernelFile? file);
        return file ?? throw PotentialErrors.ForProcessFile(errno, process, _kernel.Locate(path));
    }

    private void Read(KernelFile pagemap, in ProcessVma vma, ProcessTally tally, Action<long> progress, CancellationToken cancellationToken)
    {
        ulong end = vma.End / (ulong)_pageSize;
        for (ulong first = vma.Start / (ulong)_pageSize; first < end;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<ulong> wanted = _entries.AsSpan(0, (int)Math.Min(end - first, (ulong)_entries.Length));
            Errno errno = pagemap.TryRead(MemoryMarshal.AsBytes(wanted), (long)(first * sizeof(ulong)), out int count);
            if (errno != Errno.None || count < sizeof(ulong))
            {
                throw PageErrors.ForProcessMemory(errno == Errno.None ? Errno.ESRCH : errno, tally.Id, pagemap.Path);
            }

            Span<ulong> entries = wanted[..(count / sizeof(ulong))];
            Take(first, entries, vma, tally, cancellationToken);
            first += (ulong)entries.Length;
            progress(tally.Eligible);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Take(ulong first, ReadOnlySpan<ulong> entries, in ProcessVma vma, ProcessTally tally, CancellationToken cancellationToken)
    {
        for (int index = 0; index < entries.Length; index++)
        {
            var entry = new PagemapEntry(entries[index]);
            if (IsEligible(entry))
            {
                Take(first + (ulong)index, entry, vma, tally, cancellationToken);
            }
        }
    }

    private bool IsEligible(PagemapEntry entry)
    {
        if (!entry.IsPresent || entry.IsFile)
        {
            return false;
        }

        FramesHidden |= entry.Frame is null;
        return entry.IsExclusive || entry.Frame is not { } frame || !_zeroFrames.IsKnown(frame);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Take(ulong page, PagemapEntry entry, in ProcessVma vma, ProcessTally tally, CancellationToken cancellationToken)
    {
        tally.Eligible++;
        tally.Mergeable += vma.IsMergeable ? 1 : 0;
        if (!_sample.Has(tally.Id, page, entry))
        {
            return;
        }

        PageTraits traits = Traits(entry, vma);
        if (traits.IsShared && entry.Frame is { } frame && _sharedFrames.Find(frame) is { } known)
        {
            _ = Count(known.Content, entry, traits, known.IsUnused, tally);
            return;
        }

        PageBatch batch = _batches.Filling;
        batch.Add(page * (ulong)_pageSize, entry, traits);
        if (batch.IsFull)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _batches.Start(_thread, _memory!);
            Absorb(_batches.Filling, tally);
        }
    }

    // One that KSM has merged may have a single mapping left, and would get a copy for being pinned, too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PageTraits Traits(PagemapEntry entry, in ProcessVma vma)
    {
        bool mayBeMerged = vma is { IsMergeable: true, MergedBytes: not 0 };
        bool isShared = !entry.IsExclusive || (mayBeMerged && entry.Frame is { } frame && _sharedFrames.IsMerged(frame));
        return new PageTraits(vma.IsMergeable, mayBeMerged, isShared, IsForFile: !entry.IsExclusive || mayBeMerged || !vma.IsReadable, vma.IsLocked);
    }

    // The last batch is not full; the others come after it in the ring, oldest first.
    private void Drain(ProcessTally tally)
    {
        _batches.Start(_thread, _memory!);
        for (int count = 0; count < _batches.Count; count++)
        {
            Absorb(_batches.Filling, tally);
            _batches.MoveOn();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Absorb(PageBatch batch, ProcessTally tally)
    {
        if (!batch.Finish())
        {
            return;
        }

        Errno errno = batch.Errno;
        if (errno != Errno.None)
        {
            throw PageErrors.ForProcessMemory(errno, tally.Id, _memory!.Path);
        }

        foreach (ref readonly BatchedPage page in batch.Pages)
        {
            Count(page, tally);
        }

        batch.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count(in BatchedPage page, ProcessTally tally)
    {
        PagemapEntry entry = page.Entry;
        if (!page.IsRead)
        {
            tally.Unreadable++;
            return;
        }

        if (page.IsZero && !entry.IsExclusive && (entry.Frame is not { } frame || _zeroFrames.IsZeroPage(frame)))
        {
            tally.KernelZeroPages++;
            tally.MergeableKernelZeroPages += page.Traits.IsMergeable ? 1 : 0;
            return;
        }

        ulong hash = page.IsZero ? ZeroHash : page.Hash;
        if (!(page.IsZero && _zeroPagesAreSpecial) && _nodes?.Of(entry.Frame) is { } node)
        {
            hash = Mixing.Mix(hash + (ulong)node);
        }

        bool isUnused = page.IsZero && !page.Traits.IsLocked && _unusedFrames.Has(entry.Frame);
        tally.Zero += Count(Contents.Find(hash), entry, page.Traits, isUnused, tally) && page.IsZero ? 1 : 0;
    }

    // Whether its frame is a new one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Count(int content, PagemapEntry entry, in PageTraits traits, bool isUnused, ProcessTally tally)
    {
        bool isKnown = traits.IsShared && entry.Frame is not null;
        bool isNewFrame = !traits.IsShared || (isKnown ? _sharedFrames.Add(entry.Frame!.Value, content, traits.MayBeMerged, isUnused) : _hidden.Add(content));
        Contents.Meet(content, isNewFrame);
        if (isNewFrame && traits.IsShared && Contents[content].Frames == 2 && entry.Frame is { } second)
        {
            _sharedFrames.MarkSecond(second);
        }

        if (isUnused || (content == ZeroContent && _zeroPagesAreSpecial))
        {
            CountWithoutItem(content, traits, isUnused, tally);
        }

        Pages.Add(content, isNewFrame, isKnown);
        tally.Read++;
        return isNewFrame;
    }

    private void CountWithoutItem(int content, in PageTraits traits, bool isUnused, ProcessTally tally)
    {
        tally.WithoutItem++;
        tally.Unused += isUnused ? 1 : 0;
        if (isUnused && !traits.IsShared)
        {
            _ = _ownUnused.Add(content);
        }
    }

    private void Abandon(ProcessTally tally)
    {
        _batches.Clear();
        for (long index = tally.First; index < Pages.Count; index++)
        {
            (int content, bool isNewFrame) = Pages[index];
            Contents.Remove(content, isNewFrame);
        }

        Pages.Truncate(tally.First);
        _sharedFrames.TakeBack();
        _hidden.TakeBack();
        _ownUnused.TakeBack();
    }
}
