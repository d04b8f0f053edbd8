using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;

namespace KsmTools.Memory;

/// <summary>
/// Moves pages of a process to a NUMA node with move_pages(2) and MPOL_MF_MOVE_ALL, asks again for what the kernel calls busy, and asks where each page is
/// afterwards: what one call says of a page may be about another mapping of it, or about nothing.
/// </summary>
public sealed class PageMover
{
    /// <summary>How many times a busy page is asked for, with pauses that grow to 32 ms.</summary>
    public const int MaximumAttempts = 10;

    // What a status is before the kernel has said anything: not a node, and no errno.
    private const int NotSaid = int.MinValue;

    private readonly KernelTree _kernel;
    private readonly int _pageSize;
    private readonly PageNodes _nodes;
    private readonly PageTouch _touch;

    private readonly Architecture _architecture;

    /// <summary>Moves pages of the running kernel.</summary>
    /// <param name="kernel">The kernel's files, where the nodes are read.</param>
    public PageMover(KernelTree kernel)
        : this(kernel, RuntimeInformation.ProcessArchitecture)
    {
    }

    /// <summary>The same on a processor of a kind.</summary>
    internal PageMover(KernelTree kernel, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _architecture = architecture;
        _kernel = kernel;
        _pageSize = PageSize.Of(kernel);
        _nodes = new PageNodes(kernel);
        _touch = new PageTouch(kernel);
    }

    /// <summary>Checks that pages can be moved to a node at all.</summary>
    /// <param name="node">The node.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.NumaSingleNode"/>, <see cref="ErrorReason.NumaNodeNotFound"/>: no such node, or it has no memory;
    /// <see cref="ErrorReason.TriggerNotSupported"/>: a captured tree, or a processor that move_pages(2) has no known number for.
    /// </exception>
    public void Check(int node)
    {
        if (SystemCallNumbers.MovePages(_architecture) is null)
        {
            throw PageErrors.ForMoveArchitecture(_architecture);
        }

        var nodes = new NumaNodes(_kernel);
        NumaNode target = nodes.Find(node);
        int[] usable = [.. nodes.Read().Where(other => other.HasMemory).Select(other => other.Id)];
        if (!target.HasMemory)
        {
            throw PageErrors.ForNode(_kernel.Locate(NumaNodes.Folder), node, usable);
        }

        if (usable.Length < 2)
        {
            throw PageErrors.ForSingleNode(_kernel.Locate(NumaNodes.Folder));
        }

        if (!_kernel.IsLive)
        {
            throw PageErrors.ForCapturedTree(_kernel.Root);
        }
    }

    /// <summary>What is worth saying about pages that moved only when asked again; null where nothing is.</summary>
    /// <param name="results">What became of the pages.</param>
    public string? RemarkOn(IReadOnlyList<PageMoveResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return MoveRemark.Of(results, KsmdThread.Runs(_kernel));
    }

    /// <summary>The failure to tell of where pages did not move; null where all are on their node.</summary>
    /// <param name="results">What became of the pages.</param>
    /// <returns><see cref="ErrorReason.PageMoveFailed"/>, or null.</returns>
    public KsmToolsException? FailureOf(IReadOnlyList<PageMoveResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return results.Any(result => result.IsFailure) ? PageErrors.ForMoves(results, KsmdThread.Runs(_kernel)) : null;
    }

    /// <summary>Moves pages.</summary>
    /// <param name="id">The process.</param>
    /// <param name="address">The address of any byte of the first page.</param>
    /// <param name="count">How many pages.</param>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Gives up between calls of 512 pages.</param>
    /// <returns>What became of each page, in the order of their addresses; each 512 are moved when they are asked for.</returns>
    /// <exception cref="KsmToolsException">
    /// As <see cref="Check"/>; <see cref="ErrorReason.ProcessNotFound"/>; <see cref="ErrorReason.AccessDenied"/>: without <c>CAP_SYS_NICE</c>, or a node that the
    /// process's cpuset leaves out; or what else the kernel said of the whole call.
    /// </exception>
    public IEnumerable<PageMoveResult> Move(int id, long address, int count, int node, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Check(node);
        var pages = new nint[count];
        for (int index = 0; index < count; index++)
        {
            pages[index] = (nint)(((address / _pageSize) + index) * _pageSize);
        }

        return MoveAll(id, pages, node, cancellationToken);
    }

    /// <summary>
    /// Asks for one page once, and says whether the kernel took it off its list, tried to migrate it, and gave up: it counts the page as left and says nothing of it
    /// (<c>do_pages_move</c>, mm/migrate.c). What it could not even try has a status.
    /// </summary>
    /// <param name="id">The process.</param>
    /// <param name="address">The page's address.</param>
    /// <param name="node">The node.</param>
    internal bool GivesUp(int id, long address, int node)
    {
        int[] status = [NotSaid];
        return PageCalls.MovePages(ThreadOf(id), [(nint)address], [node], status, PageCalls.MoveAll, out long left) == Errno.None && left > 0 && status[0] == NotSaid;
    }

    private IEnumerable<PageMoveResult> MoveAll(int id, nint[] pages, int node, CancellationToken cancellationToken)
    {
        for (int start = 0; start < pages.Length; start += PageNodes.Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (PageMoveResult result in MoveBatch(id, pages.AsSpan(start, Math.Min(PageNodes.Batch, pages.Length - start)), node, cancellationToken))
            {
                yield return result;
            }
        }
    }

    private PageMoveResult[] MoveBatch(int id, ReadOnlySpan<nint> pages, int node, CancellationToken cancellationToken)
    {
        int[] before = Query(id, pages);
        int[] after = before;
        int[] said = new int[pages.Length];
        int[] attempts = new int[pages.Length];
        for (int attempt = 1; attempt <= MaximumAttempts; attempt++)
        {
            int[] left = [.. Enumerable.Range(0, pages.Length).Where(index => after[index] >= 0 && after[index] != node && MayRetry(said[index]))];
            if (left.Length == 0)
            {
                break;
            }

            if (attempt > 1 && cancellationToken.WaitHandle.WaitOne(1 << Math.Min(attempt - 2, 5)))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Try(id, pages, left, node, said, attempts);
            after = Query(id, pages);
        }

        var results = new PageMoveResult[pages.Length];
        for (int index = 0; index < results.Length; index++)
        {
            results[index] = new PageMoveResult
            {
                Id = id,
                Address = pages[index],
                FromNode = before[index] >= 0 ? before[index] : null,
                ToNode = node,
                Status = StatusOf(before[index], after[index], said[index], node),
                Attempts = attempts[index],
                Verified = after[index] == node,
            };
        }

        return results;
    }

    private void Try(int id, ReadOnlySpan<nint> pages, int[] left, int node, int[] said, int[] attempts)
    {
        var moving = new nint[left.Length];
        for (int index = 0; index < left.Length; index++)
        {
            moving[index] = pages[left[index]];
            if (said[left[index]] == -(int)Errno.ENOENT)
            {
                // The page is there, or it would not be asked for: NUMA balancing waits for an access (see PageNodes).
                _touch.Run(id, moving[index]);
            }

            attempts[left[index]]++;
        }

        int[] nodes = new int[left.Length];
        int[] status = new int[left.Length];
        Array.Fill(nodes, node);
        Array.Fill(status, NotSaid);
        Errno errno = PageCalls.MovePages(ThreadOf(id), moving, nodes, status, PageCalls.MoveAll, out _);
        if (errno != Errno.None && errno is not (Errno.EBUSY or Errno.EAGAIN or Errno.ENOENT or Errno.ENOMEM))
        {
            throw PageErrors.ForMovePages(errno, id, node);
        }

        // One page that does not move ends the call, and says nothing of those behind it.
        for (int index = 0; index < left.Length; index++)
        {
            said[left[index]] = status[index] != NotSaid ? status[index] : errno == Errno.None ? -(int)Errno.EBUSY : -(int)errno;
        }
    }

    private int[] Query(int id, ReadOnlySpan<nint> pages)
    {
        int[] status = new int[pages.Length];
        Errno errno = _nodes.Query(id, pages, status);
        return errno == Errno.None ? status : throw PageErrors.ForMovePages(errno, id, node: null);
    }

    // A page that came to a node and is said elsewhere was moved back, or is another page by now: it can be asked for again.
    private static bool MayRetry(int said) => said >= 0 || -said is (int)Errno.EBUSY or (int)Errno.EAGAIN or (int)Errno.ENOENT;

    private static PageMoveStatus StatusOf(int before, int after, int said, int node) =>
        after == node ? before == node ? PageMoveStatus.AlreadyThere : PageMoveStatus.Moved
        : after < 0 ? (PageMoveStatus)(-after)
        : said < 0 ? (PageMoveStatus)(-said)
        : PageMoveStatus.EBUSY;

    private int ThreadOf(int id) => id == Environment.ProcessId ? 0 : ProcessMemory.ThreadOf(_kernel, id);
}
