using KsmTools.Files;

namespace KsmTools.Migration;

/// <summary>Pages of this process, the second half of which is moved over the first.</summary>
internal sealed class MremapPages(KernelTree kernel, int pageCount, CancellationToken cancellationToken) : BasicPages(kernel, pageCount / 2 * 2, cancellationToken)
{
    public override KsmMigrationStep? Preparation => KsmMigrationStep.Mremap;

    // Moving unmerges (move_vma, mm/mremap.c: "it would be confusing if they were to turn up at the new location"), on the kernels that there are.
    public override bool Prepare(CancellationToken cancellationToken)
    {
        Region.MoveSecondHalfOverFirst();
        return true;
    }
}
