using System.Globalization;
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
    private const int MostBatches = 5;

    private readonly KernelTree _kernel;
    private readonly ZeroFrames _zeroFrames;
    private readonly PageBuffers _buffers;
    private readonly NumberSet _sharedFrames = new();
    private readonly FrameNodes? _nodes;
    private readonly PageSample _sample;
    private readonly PageBatch[] _batches;
    private readonly ulong[] _entries = new ulong[EntriesAtATime];
    private readonly int _pageSize = Environment.SystemPageSize;
    private readonly bool _zeroPagesAreSpecial;
    private KernelFile? _memory;
    private int _next;

    /// <param name="kernel">The running kernel.</param>
    /// <param name="share">The part of the pages that is read, above 0 and up to 1.</param>
    /// <param name="isPerNode">Whether only pages of one node are merged with each other.</param>
    /// <param name="zeroPagesAreSpecial">Whether zero pages of all nodes are one content (<c>use_zero_pages</c>).</param>
    public PotentialReader(KernelTree kernel, double share, bool isPerNode, bool zeroPagesAreSpecial)
    {
        _zeroPagesAreSpecial = zeroPagesAreSpecial;
        _kernel = kernel;
        _zeroFrames = new ZeroFrames(kernel);
        _buffers = new PageBuffers(_pageSize);
        _nodes = isPerNode ? new FrameNodes(kernel) : null;

        _sample = new PageSample(share, (ulong)Random.Shared.NextInt64());
        var hash = new PageHash(_pageSize);
        _batches = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount + 1, MostBatches)).Select(_ => new PageBatch(_buffers, hash))];
        Contents.Remove(Contents.Add(ZeroHash, false), false);
    }

    /// <summary>How often each content was met.</summary>
    public ContentTable Contents { get; } = new();

    /// <summary>The content of each page, process by process.</summary>
    public PageList Pages { get; } = new();

    /// <summary>Whether the kernel hid page frames.</summary>
    public bool FramesHidden { get; private set; }

    /// <summary>Reads a process's pages.</summary>
    /// <param name="tally">Takes the counts.</param>
    /// <param name="progress">Told how many pages have been looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">It has ended, or hides its memory: nothing of it was counted.</exception>
    public void Read(ProcessTally tally, Action<long> progress, CancellationToken cancellationToken)
    {
        tally.First = Pages.Count;
        try
        {
            IReadOnlyList<ProcessVma> vmas = ProcessVmas.Read(_kernel, tally.Id, cancellationToken);
            using KernelFile pagemap = Open(tally.Id, "pagemap");
            using KernelFile memory = Open(tally.Id, "mem");
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
                Array.ForEach(_batches, batch => batch.Finish());
            }

            tally.End = Pages.Count;
        }
        catch
        {
            Abandon(tally);
            throw;
        }
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _zeroFrames.Dispose();
    }

    private KernelFile Open(int process, string name)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{name}");
        Errno errno = KernelFile.TryOpen(_kernel, path, out KernelFile? file);
        return file ?? throw PageErrors.ForProcessMemory(errno, process, _kernel.Locate(path));
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

    private void Take(ulong page, PagemapEntry entry, in ProcessVma vma, ProcessTally tally, CancellationToken cancellationToken)
    {
        tally.Eligible++;
        tally.Mergeable += vma.IsMergeable ? 1 : 0;
        if (!_sample.Has(tally.Id, page, entry))
        {
            return;
        }

        if (!vma.IsReadable)
        {
            tally.Unreadable++;
            return;
        }

        PageBatch batch = _batches[_next];
        batch.Add(page * (ulong)_pageSize, entry, vma);
        if (batch.IsFull)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Start(tally.Id, _memory!);
            _next = (_next + 1) % _batches.Length;
            Absorb(_batches[_next], tally);
        }
    }

    // The last batch is not full; the others come after it in the ring, oldest first.
    private void Drain(ProcessTally tally)
    {
        _batches[_next].Start(tally.Id, _memory!);
        for (int count = 0; count < _batches.Length; count++)
        {
            _next = (_next + 1) % _batches.Length;
            Absorb(_batches[_next], tally);
        }
    }

    private void Absorb(PageBatch batch, ProcessTally tally)
    {
        if (!batch.Finish())
        {
            return;
        }

        Errno errno = batch.Errno;
        if (errno != Errno.None)
        {
            throw PotentialErrors.ForProcessPages(errno, tally.Id);
        }

        foreach (ref readonly BatchedPage page in batch.Pages)
        {
            Count(page, tally);
        }

        batch.Clear();
    }

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
            tally.MergeableKernelZeroPages += page.IsMergeable ? 1 : 0;
            return;
        }

        ulong hash = page.IsZero ? ZeroHash : page.Hash;
        if (!(page.IsZero && _zeroPagesAreSpecial) && _nodes?.Of(entry.Frame) is { } node)
        {
            hash = Mixing.Mix(hash + (ulong)node);
        }

        bool isNewFrame = entry.IsExclusive || _sharedFrames.Add(entry.Frame is { } shared ? (ulong)shared : hash);
        Pages.Add(Contents.Add(hash, isNewFrame), isNewFrame);
        tally.Read++;
        tally.Zero += page.IsZero && isNewFrame ? 1 : 0;
    }

    private void Abandon(ProcessTally tally)
    {
        foreach (PageBatch batch in _batches)
        {
            batch.Clear();
        }

        for (long index = tally.First; index < Pages.Count; index++)
        {
            (int content, bool isNewFrame) = Pages[index];
            Contents.Remove(content, isNewFrame);
        }

        Pages.Truncate(tally.First);
    }
}
