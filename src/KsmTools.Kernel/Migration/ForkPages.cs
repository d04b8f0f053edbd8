using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory.Forked;

namespace KsmTools.Migration;

/// <summary>Pages of a small program, which forks when they are merged.</summary>
internal sealed class ForkPages : ScenarioPages
{
    private readonly MergeableHolder _holder;
    private readonly ulong[] _content = new ulong[Environment.SystemPageSize / sizeof(ulong)];
    private int? _child;

    public ForkPages(KernelTree kernel, int pageCount, CancellationToken cancellationToken)
        : base(kernel)
    {
        // Never zero: use_zero_pages would send such pages to the zero page instead of merging them.
        Array.Fill(_content, (ulong)Random.Shared.NextInt64() | 1);
        _holder = MergeableHolder.Create(pageCount, _content[0], cancellationToken);
        Count = pageCount;
    }

    public override int Id => _holder.Id;

    public override long Address => _holder.Address;

    public override int Count { get; }

    public override IReadOnlyList<int> Ids => _child is int child ? [Id, child] : [Id];

    public override KsmMigrationStep? Preparation => KsmMigrationStep.Fork;

    protected override ReadOnlySpan<byte> Content => MemoryMarshal.AsBytes<ulong>(_content);

    public override KsmToolsException? Death(KsmToolsException cause) => _holder.Death(cause);

    public override bool Prepare(CancellationToken cancellationToken)
    {
        _child = _holder.Fork(cancellationToken);
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _holder.Dispose();
        base.Dispose(disposing);
    }
}
