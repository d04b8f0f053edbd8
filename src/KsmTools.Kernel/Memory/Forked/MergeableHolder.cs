using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Memory.Forked;

/// <summary>
/// Equal pages of a small program (<see cref="MergeableHolderImage"/>) that ksmd may merge, and that a child gets once they are merged. The processes end with
/// <see cref="Dispose"/>, and by themselves when this process is killed.
/// </summary>
internal sealed class MergeableHolder : IDisposable
{
    private readonly HolderProcess _holder;

    private MergeableHolder(HolderProcess holder, long address)
    {
        _holder = holder;
        Address = address;
    }

    /// <summary>The process that mapped the pages.</summary>
    public int Id => _holder.Id;

    /// <summary>The address of the first page, the same in both processes.</summary>
    public long Address { get; }

    /// <inheritdoc cref="Create(int, ulong, bool, CancellationToken)"/>
    public static MergeableHolder Create(int pageCount, ulong content, CancellationToken cancellationToken) => Create(pageCount, content, isWhole: false, cancellationToken);

    /// <summary>Starts the program, and waits until its pages are filled.</summary>
    /// <param name="pageCount">How many pages.</param>
    /// <param name="content">The word that fills them.</param>
    /// <param name="isWhole">Whether its whole memory is offered to ksmd (<c>PR_SET_MEMORY_MERGE</c>), and not the pages alone (<c>MADV_MERGEABLE</c>).</param>
    /// <param name="cancellationToken">Gives up, leaving nothing.</param>
    /// <exception cref="KsmToolsException">This architecture is not supported, there is not the memory, or the kernel refused.</exception>
    public static MergeableHolder Create(int pageCount, ulong content, bool isWhole, CancellationToken cancellationToken)
    {
        byte[] image = MergeableHolderImage.Make(RuntimeInformation.ProcessArchitecture, (long)pageCount * Environment.SystemPageSize, content, isWhole)
            ?? throw PageErrors.ForHolderArchitecture();
        RegionLimits.CheckMemory(KernelTree.Running, (long)pageCount * Environment.SystemPageSize);
        using ProgramFile program = ProgramFile.Create("ksmtools-holder", image);
        HolderProcess holder = HolderProcess.Start(program);
        try
        {
            return new MergeableHolder(holder, holder.Read(Messages.MergeableHolderCall, cancellationToken));
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    /// <summary>Makes it fork.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The child, which has the pages too.</returns>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public int Fork(CancellationToken cancellationToken)
    {
        _holder.GoOn("fork()");
        return (int)_holder.Read("fork()", cancellationToken);
    }

    /// <inheritdoc cref="HolderProcess.Death"/>
    public KsmToolsException? Death(Exception? cause) => _holder.Death(cause);

    public void Dispose() => _holder.Dispose();
}
