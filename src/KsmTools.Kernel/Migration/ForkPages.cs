using KsmTools.Files;

namespace KsmTools.Migration;

/// <summary>Pages of a small program, which forks when they are merged.</summary>
internal sealed class ForkPages(KernelTree kernel, int pageCount, CancellationToken cancellationToken) : HolderPages(kernel, pageCount, isWhole: false, cancellationToken)
{
    private int? _child;

    public override IReadOnlyList<int> Ids => _child is int child ? [Id, child] : [Id];

    public override KsmMigrationStep? Preparation => KsmMigrationStep.Fork;

    public override bool Prepare(CancellationToken cancellationToken)
    {
        _child = Holder.Fork(cancellationToken);
        return false;
    }
}
