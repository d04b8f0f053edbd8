using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>
/// Pages that are read and hashed while they are in the processor's cache. Their contents are overwritten by the next ones, and gone with the batch.
/// </summary>
/// <remarks>
/// Pages that nobody else maps are read with process_vm_readv(2). The others must not be: it pins what it reads, and an anonymous page that is not exclusive gets a copy for
/// that (<c>gup_must_unshare</c> since 5.19, include/linux/mm.h, later mm/internal.h), which would undo what fork(2) or KSM has them share. <c>/proc/pid/mem</c> does not pin,
/// and reads what the process itself may not read (<c>FOLL_FORCE</c>). Where a kernel or a filter of system calls does not have process_vm_readv(2), the file does for all:
/// whoever could open it may read.
/// </remarks>
internal sealed class PageBatch(PageBuffers buffers, PageHash hash, OwnMemoryReader readOwn)
{
    private readonly int _pageSize = buffers.PageSize;
    private readonly int _capacity = buffers.PageCount;
    private readonly List<BatchedPage> _pages = [];
    private readonly List<MemoryRange> _ranges = [];
    private Task? _reading;
    private KernelFile? _memory;
    private int _process;
    private bool _isCallRefused;

    /// <summary>Whether no more pages go in.</summary>
    public bool IsFull => _pages.Count == _capacity;

    /// <summary>The pages, with their hashes once they have been read.</summary>
    public ReadOnlySpan<BatchedPage> Pages => CollectionsMarshal.AsSpan(_pages);

    /// <summary>What the kernel said of the process as a whole.</summary>
    public Errno Errno { get; private set; }

    /// <summary>Takes a page.</summary>
    public void Add(ulong address, PagemapEntry entry, in PageTraits traits) => _pages.Add(new BatchedPage(address, entry, traits));

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _pages.Clear();
        Errno = Errno.None;
    }

    /// <summary>Begins to read its pages.</summary>
    /// <param name="process">The process.</param>
    /// <param name="memory">Its memory (<c>/proc/pid/mem</c>), open until the batch is finished.</param>
    public void Start(int process, KernelFile memory)
    {
        _isCallRefused &= _process == process;
        _process = process;
        _memory = memory;
        _reading = Task.Run(Read);
    }

    /// <summary>Waits until they have been read.</summary>
    /// <returns>Whether there was something to wait for.</returns>
    public bool Finish()
    {
        Task? reading = _reading;
        _reading = null;
        reading?.GetAwaiter().GetResult();
        return reading is not null;
    }

    /// <summary>Whether a page holds nothing but zeros.</summary>
    internal static bool IsZero(ReadOnlySpan<byte> page) => !page.ContainsAnyExcept((byte)0);

    // A call ends at the first page that cannot be read; those behind it may be readable.
    private void Read()
    {
        Span<byte> bytes = buffers.OfThisThread;
        for (int first = 0; first < _pages.Count && Errno == Errno.None;)
        {
            bool isForFile = IsForFile(first);
            int end = isForFile ? EndOfRun(first) : Describe(first);
            int count = isForFile ? ReadFile(bytes, first, end) : ReadOwn(bytes);
            if (!isForFile && _isCallRefused)
            {
                continue;
            }

            Hash(bytes, first, count);
            first = count < end - first ? first + count + 1 : end;
        }
    }

    private bool IsForFile(int page) => _isCallRefused || _pages[page].Traits.IsForFile;

    // ENOSYS of a kernel without it (CONFIG_CROSS_MEMORY_ATTACH), ENOSYS or EPERM of a filter (seccomp), or what else it says of itself.
    private int ReadOwn(Span<byte> bytes)
    {
        nint read = readOwn(_process, CollectionsMarshal.AsSpan(_ranges), bytes, out Errno errno);
        _isCallRefused = errno is not (Errno.None or Errno.EFAULT or Errno.ESRCH);
        Errno = errno == Errno.ESRCH ? errno : Errno.None;
        return (int)(Math.Max(read, 0) / _pageSize);
    }

    // At the end of the process the file is empty.
    private int ReadFile(Span<byte> bytes, int first, int end)
    {
        Errno errno = _memory!.TryRead(bytes[..((end - first) * _pageSize)], (long)_pages[first].Address, out int read);
        Errno = errno switch
        {
            Errno.None => read == 0 ? Errno.ESRCH : Errno.None,
            Errno.EIO => Errno.None,
            _ => errno,
        };
        return read / _pageSize;
    }

    private int EndOfRun(int first)
    {
        int end = first + 1;
        while (end < _pages.Count && IsForFile(end) && _pages[end].Address == _pages[end - 1].Address + (ulong)_pageSize)
        {
            end++;
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Describe(int first)
    {
        _ranges.Clear();
        int end = first;
        for (; end < _pages.Count && !IsForFile(end); end++)
        {
            ulong address = _pages[end].Address;
            if (_ranges.Count > 0 && _ranges[^1] is { } last && (ulong)(last.Address + last.Length) == address)
            {
                _ranges[^1] = last with { Length = last.Length + _pageSize };
            }
            else
            {
                _ranges.Add(new MemoryRange((nint)address, _pageSize));
            }
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Hash(ReadOnlySpan<byte> bytes, int first, int count)
    {
        Span<BatchedPage> pages = CollectionsMarshal.AsSpan(_pages).Slice(first, count);
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> contents = bytes.Slice(index * _pageSize, _pageSize);
            ref BatchedPage page = ref pages[index];
            page.IsRead = true;
            page.IsZero = IsZero(contents);
            page.Hash = page.IsZero ? 0 : hash.Of(contents);
        }
    }
}
