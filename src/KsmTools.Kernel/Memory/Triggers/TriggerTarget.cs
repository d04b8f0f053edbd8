using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Memory.Triggers;

/// <summary>The pages that the kernel is to walk.</summary>
public sealed class TriggerTarget
{
    private readonly RmapRegion? _region;

    /// <summary>Pages of a process.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    /// <param name="address">The address of any byte of the first page.</param>
    /// <param name="count">How many pages.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.ProcessNotFound"/>, <see cref="ErrorReason.AccessDenied"/>; <see cref="ErrorReason.TriggerNotSupported"/>: a captured tree.
    /// </exception>
    public TriggerTarget(KernelTree kernel, int id, long address, int count)
        : this(kernel, id, address, count, null)
    {
    }

    private TriggerTarget(KernelTree kernel, int id, long address, int count, RmapRegion? region)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (!kernel.IsLive)
        {
            throw PageErrors.ForCapturedTree(kernel.Root);
        }

        _region = region;
        Kernel = kernel;
        Id = id;
        Count = count;
        First = new ProcessPages(kernel).ReadOne(id, address);
    }

    /// <summary>The process.</summary>
    public int Id { get; }

    /// <summary>How many pages.</summary>
    public int Count { get; }

    /// <summary>The first page, as it was before anything was done.</summary>
    public ProcessPage First { get; }

    internal KernelTree Kernel { get; }

    /// <summary>Whether ksmd runs: it holds pages while it compares them.</summary>
    internal bool KsmdRuns => KsmdThread.Runs(Kernel);

    /// <summary>Pages of a region. What was paged out is read back first.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="region">The region.</param>
    /// <param name="count">How many of its pages.</param>
    /// <param name="first">The first of them, from 0.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.TriggerNotSupported"/>: the region was removed, or a captured tree.</exception>
    public static TriggerTarget Of(KernelTree kernel, RmapRegion region, int count, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(region);
        count = Math.Min(count, region.PageCount - first);
        if (!region.TryTouch(first, count))
        {
            throw new KsmToolsException(
                ErrorReason.TriggerNotSupported, region, Text.Format(Messages.RegionRemoved, region.Address), Messages.RegionRemovedAction);
        }

        return new TriggerTarget(kernel, region.Id, region.Address + ((long)first * region.PageSize), count, region);
    }

    /// <summary>The pages as they are now.</summary>
    internal IReadOnlyList<ProcessPage> ReadPages(CancellationToken cancellationToken) =>
        [.. new ProcessPages(Kernel).Read(Id, First.Address, Count, cancellationToken)];

    /// <summary>Keeps a region that nobody else refers to until here.</summary>
    internal void KeepAlive() => GC.KeepAlive(_region);
}
