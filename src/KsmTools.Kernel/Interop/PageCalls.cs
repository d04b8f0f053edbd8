using System.Globalization;
using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>
/// process_vm_readv(2), and move_pages(2), mbind(2), kcmp(2), process_madvise(2) and pidfd_open(2), which not every libc has functions for
/// (<see cref="SystemCallNumbers"/>): where there is no number, the kernel is not asked, and the answer is that it has no such call (<see cref="Errno.ENOSYS"/>).
/// </summary>
internal static unsafe partial class PageCalls
{
    /// <summary>MPOL_MF_MOVE: pages that no other process maps.</summary>
    public const int MoveOwn = 1 << 1;

    /// <summary>MPOL_MF_MOVE_ALL: shared pages too; needs <c>CAP_SYS_NICE</c>.</summary>
    public const int MoveAll = 1 << 2;

    // MPOL_LOCAL of include/uapi/linux/mempolicy.h.
    private const int LocalPolicy = 4;

    // KCMP_VM of include/uapi/linux/kcmp.h.
    private const int MemoryKind = 1;

    private static readonly nint? MovePagesNumber = SystemCallNumbers.MovePages(RuntimeInformation.ProcessArchitecture);

    private static readonly nint? CompareNumber = SystemCallNumbers.Compare(RuntimeInformation.ProcessArchitecture);

    private static readonly nint? BindNumber = SystemCallNumbers.Bind(RuntimeInformation.ProcessArchitecture);

    /// <summary>The calling thread as the kernel numbers it, by the link <c>/proc/thread-self</c> (<c>PID/task/TID</c>): older C libraries have no gettid(2). 0 where there is no such link.</summary>
    public static int CurrentThreadId =>
        FolderCalls.TryReadLink("/proc/thread-self", out string target) == Errno.None && int.TryParse(target.AsSpan(target.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id
            : 0;

    /// <summary>Whether two threads have the same memory, and not copies of it (kcmp(2), <c>KCMP_VM</c>). Threads without memory, as those of the kernel, have the same: none.</summary>
    /// <param name="thread">A thread.</param>
    /// <param name="other">Another.</param>
    public static MemoryOrder CompareMemory(int thread, int other) =>
        Call(CompareNumber, thread, other, MemoryKind, 0, 0, 0) is >= 0 and <= 2 and var order ? (MemoryOrder)order : MemoryOrder.Unknown;

    /// <summary>Moves pages, or asks where they are.</summary>
    /// <param name="process">The process; 0 is this one.</param>
    /// <param name="pages">Their addresses.</param>
    /// <param name="nodes">The node for each; empty to ask.</param>
    /// <param name="status">For each page the node it is on, or an errno negated. What the kernel did not come to is left as it was.</param>
    /// <param name="flags"><see cref="MoveOwn"/> or <see cref="MoveAll"/>.</param>
    /// <param name="left">How many pages were not moved, as far as the kernel counts them.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno MovePages(int process, ReadOnlySpan<nint> pages, ReadOnlySpan<int> nodes, Span<int> status, int flags, out long left)
    {
        fixed (nint* page = pages)
        fixed (int* node = nodes, answer = status)
        {
            left = Call(MovePagesNumber, process, pages.Length, (nint)page, nodes.IsEmpty ? 0 : (nint)node, (nint)answer, flags);
        }

        return left < 0 ? FileCalls.LastError : Errno.None;
    }

    /// <summary>
    /// Gives memory of this process the policy that it has anyhow, a page on the node of the processor that first uses it, but as its own: NUMA balancing leaves alone what has
    /// a policy of its own (<c>vma_policy_mof</c>, mm/mempolicy.c).
    /// </summary>
    /// <param name="address">Where the range begins.</param>
    /// <param name="length">Bytes.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said: a kernel without NUMA does not have the call (<see cref="Errno.ENOSYS"/>).</returns>
    public static Errno KeepFromBalancing(nint address, nint length) =>
        Call(BindNumber, address, length, LocalPolicy, 0, 0, 0) < 0 ? FileCalls.LastError : Errno.None;

    /// <summary>Gives advice about memory of a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="address">Where the range begins.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="advice">The advice, as of madvise(2).</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno Advise(int process, nint address, nint length, int advice)
    {
        if (process == Environment.ProcessId)
        {
            return MemoryCalls.Advise(address, (nuint)length, advice) < 0 ? MemoryCalls.LastError : Errno.None;
        }

        int descriptor = (int)Call(SystemCallNumbers.OpenProcess, process, 0, 0, 0, 0, 0);
        if (descriptor < 0)
        {
            return FileCalls.LastError;
        }

        (nint Address, nint Length) range = (address, length);
        nint advised = Call(SystemCallNumbers.ProcessAdvise, descriptor, (nint)(&range), 1, advice, 0, 0);
        Errno errno = advised < 0 ? FileCalls.LastError : Errno.None;
        _ = FileCalls.Close(descriptor);
        return errno;
    }

    /// <summary>Reads a byte of a process's memory as the process would: NUMA balancing takes that for the access that it waits for. It pins the page, which unmerges it.</summary>
    /// <param name="process">The process.</param>
    /// <param name="address">Where the byte is.</param>
    public static void Touch(int process, nint address)
    {
        byte value = 0;
        (nint Address, nint Length) local = ((nint)(&value), 1);
        (nint Address, nint Length) remote = (address, 1);
        _ = ReadMemory(process, (nint)(&local), 1, (nint)(&remote), 1, 0);
    }

    /// <summary>Copies ranges of a process's memory, one after the other, into a buffer (process_vm_readv(2)).</summary>
    /// <param name="process">The process.</param>
    /// <param name="ranges">The ranges, at most 1024 (<c>IOV_MAX</c>).</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="errno"><see cref="Errno.None"/>, or what the kernel said where nothing was copied.</param>
    /// <returns>The bytes copied: fewer than asked for where a page cannot be read.</returns>
    public static nint ReadRanges(int process, ReadOnlySpan<MemoryRange> ranges, Span<byte> buffer, out Errno errno)
    {
        fixed (byte* first = buffer)
        fixed (MemoryRange* remote = ranges)
        {
            var local = new MemoryRange((nint)first, buffer.Length);
            nint read = ReadMemory(process, (nint)(&local), 1, (nint)remote, (nuint)ranges.Length, 0);
            errno = read < 0 ? FileCalls.LastError : Errno.None;
            return read;
        }
    }

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    private static partial nint ReadMemory(int process, nint local, nuint localCount, nint remote, nuint remoteCount, nuint flags);

    private static nint Call(nint? number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth)
    {
        if (number is { } known)
        {
            return Invoke(known, first, second, third, fourth, fifth, sixth);
        }

        Marshal.SetLastPInvokeError((int)Errno.ENOSYS);
        return -1;
    }

    // A variadic function: with whole words only, and no more of them than registers and the stack hold in the same way, it is called like any other.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Invoke(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);
}
