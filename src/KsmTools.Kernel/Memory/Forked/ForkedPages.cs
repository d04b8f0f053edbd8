using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Memory.Forked;

/// <summary>
/// Pages that a process and all its children map, each page once: what a server that forks its workers has. Of pages that ksmd is to merge each process has its own, equal to
/// those of the others: they are in one page only when they are merged, which is up to the caller. The processes are of a small program
/// (<see cref="PageHolderImage"/>), not copies of this one. They end with <see cref="Dispose"/>, and by themselves when this process is killed.
/// </summary>
internal sealed class ForkedPages : IDisposable
{
    // Structures, stacks and the least page tables of a process of one page, beside the page tables of what it maps.
    internal const long BytesPerProcess = 64 << 10;

    private readonly HolderProcess _holder;

    private ForkedPages(HolderProcess holder, long address, int pageCount, IReadOnlyList<int> ids)
    {
        _holder = holder;
        Address = address;
        PageCount = pageCount;
        Ids = ids;
    }

    /// <summary>The process that forked.</summary>
    public int Id => _holder.Id;

    /// <summary>All processes, the one that forked first.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>The address of the first page, the same in all processes.</summary>
    public long Address { get; }

    /// <summary>How many pages.</summary>
    public int PageCount { get; }

    /// <summary>How many VMAs map each page: one of every process.</summary>
    public int Mappings => Ids.Count;

    /// <summary>Starts the processes, and waits until each has the pages.</summary>
    /// <param name="pageType">Anonymous pages, those of a file, or pages to be merged.</param>
    /// <param name="pageCount">How many pages.</param>
    /// <param name="children">How many children.</param>
    /// <param name="cancellationToken">Gives up, leaving nothing.</param>
    /// <exception cref="KsmToolsException">This architecture is not supported, there is not the memory, or the kernel refused.</exception>
    public static ForkedPages Create(RmapPageType pageType, int pageCount, int children, CancellationToken cancellationToken)
    {
        long length = (long)pageCount * Environment.SystemPageSize;
        byte[] image = PageHolderImage.Make(RuntimeInformation.ProcessArchitecture, length, Environment.SystemPageSize, children, pageType == RmapPageType.Ksm)
            ?? throw PageErrors.ForHolderArchitecture();
        Require(KernelTree.Running, pageType, pageCount, children);
        using ProgramFile program = ProgramFile.Create("ksmtools-holder", image);
        using SafeFileHandle? file = pageType == RmapPageType.File ? RegionFile.Create(length) : null;
        if (file is not null)
        {
            RegionFile.Fill(file, new PageContent(pageType), pageCount, cancellationToken);
        }

        HolderProcess holder = HolderProcess.Start(program, file is null ? null : $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}");
        try
        {
            string call = Text.Format(Messages.ForkedCall, children + 1);
            long address = holder.Read(call, cancellationToken);
            var ids = new List<int> { holder.Id };
            for (int child = 0; child < children; child++)
            {
                ids.Add((int)holder.Read(call, cancellationToken));
            }

            return new ForkedPages(holder, address, pageCount, ids);
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    /// <summary>Checks that there is room for them.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>.</exception>
    public static void Require(KernelTree kernel, RmapPageType pageType, int pageCount, int children)
    {
        long bytes = (long)pageCount * Environment.SystemPageSize;
        long bytesOfChild = BytesPerProcess + ((long)pageCount * sizeof(ulong)) + (pageType == RmapPageType.Ksm ? bytes : 0);
        RegionLimits.CheckMemory(kernel, bytes + (children * bytesOfChild));
    }

    public void Dispose() => _holder.Dispose();
}
