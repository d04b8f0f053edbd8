using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory.Forked;

namespace KsmTools.Migration;

/// <summary>Pages of a small program.</summary>
internal abstract class HolderPages : ScenarioPages
{
    private readonly ulong[] _content = new ulong[Environment.SystemPageSize / sizeof(ulong)];

    /// <param name="kernel">The kernel's files.</param>
    /// <param name="pageCount">How many pages.</param>
    /// <param name="isWhole">Whether the program's whole memory is mergeable, and not the pages alone.</param>
    /// <param name="cancellationToken">Gives up, leaving nothing.</param>
    protected HolderPages(KernelTree kernel, int pageCount, bool isWhole, CancellationToken cancellationToken)
        : base(kernel)
    {
        Array.Fill(_content, EqualWord());
        Holder = MergeableHolder.Create(pageCount, _content[0], isWhole, cancellationToken);
        Count = pageCount;
    }

    public override int Id => Holder.Id;

    public override long Address => Holder.Address;

    public override int Count { get; }

    protected MergeableHolder Holder { get; }

    protected override ReadOnlySpan<byte> Content => MemoryMarshal.AsBytes<ulong>(_content);

    public override KsmToolsException? Death(KsmToolsException cause) => Holder.Death(cause);

    protected override void Dispose(bool disposing)
    {
        Holder.Dispose();
        base.Dispose(disposing);
    }
}
