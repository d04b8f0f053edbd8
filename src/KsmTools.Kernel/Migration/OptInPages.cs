using KsmTools.Files;

namespace KsmTools.Migration;

/// <summary>Pages of a small program whose whole memory is mergeable. Done here it would be this process's whole memory that ksmd reads and merges, and unmerges on the way back.</summary>
internal sealed class OptInPages(KernelTree kernel, int pageCount, CancellationToken cancellationToken) : HolderPages(kernel, pageCount, isWhole: true, cancellationToken);
