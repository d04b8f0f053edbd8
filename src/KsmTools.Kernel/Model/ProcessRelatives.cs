using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;

namespace KsmTools.Model;

/// <summary>All processes by whose mappings can be in whose anon_vmas. What is read of one is kept.</summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ProcessRelatives(KernelTree kernel, CancellationToken cancellationToken)
{
    private readonly Dictionary<int, (VmaFamilies? Families, bool IsHidden)> _families = [];
    private readonly Dictionary<int, IReadOnlyList<VmaFamilies>> _relatives = [];
    private Dictionary<int, ProcessOrigin>? _origins;

    /// <summary>Whether a process that may have mappings in a tree that was asked for could not be read, so that there may be more of them.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>All processes that have memory, in ascending order.</summary>
    public IEnumerable<ProcessOrigin> All => Origins.Values.Where(origin => !origin.IsKernelThread).OrderBy(origin => origin.Id);

    private Dictionary<int, ProcessOrigin> Origins => _origins ??= ReadOrigins();

    /// <summary>Where a process's memory comes from.</summary>
    public ProcessOrigin OriginOf(int id)
    {
        if (!Origins.TryGetValue(id, out ProcessOrigin? origin))
        {
            Origins.Add(id, origin = ProcessOrigin.Read(kernel, id));
        }

        return origin;
    }

    /// <summary>The mappings of each other process that may have some in the trees that this one's belong to.</summary>
    public IReadOnlyList<VmaFamilies> Of(int id)
    {
        if (_relatives.TryGetValue(id, out IReadOnlyList<VmaFamilies>? known))
        {
            return known;
        }

        ProcessOrigin origin = OriginOf(id);
        List<VmaFamilies> found = [];
        foreach (ProcessOrigin other in All.Where(origin.CanShareWith))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A child of vfork(2) has the same memory, not a copy.
            if (HaveSameMemory(id, other.Id))
            {
                continue;
            }

            if (FamiliesOf(other.Id) is { } families)
            {
                found.Add(families);
            }

            IsIncomplete |= _families[other.Id].IsHidden;
        }

        return _relatives[id] = found;
    }

    /// <summary>Whether two processes have the same memory, as a child of vfork(2) has.</summary>
    public bool HaveSameMemory(int id, int other) => kernel.IsLive
        && PageCalls.CompareMemory(ProcessMemory.ThreadOf(kernel, id), ProcessMemory.ThreadOf(kernel, other)) == MemoryOrder.Same;

    /// <summary>Whether the kernel tells that (<c>CONFIG_KCMP</c>).</summary>
    public bool CanTellSameMemory => HaveSameMemory(Environment.ProcessId, Environment.ProcessId);

    /// <summary>The mappings of a process; null where it has none, has ended, or cannot be read.</summary>
    public VmaFamilies? FamiliesOf(int id)
    {
        if (!_families.TryGetValue(id, out (VmaFamilies? Families, bool IsHidden) read))
        {
            _families.Add(id, read = ReadFamilies(id));
        }

        return read.Families;
    }

    private (VmaFamilies? Families, bool IsHidden) ReadFamilies(int id)
    {
        try
        {
            IReadOnlyList<ProcessVma> vmas = ProcessVmas.Read(kernel, id, cancellationToken);
            return (vmas.Count > 0 ? new VmaFamilies(vmas, PageSize.Of(kernel)) : null, false);
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.ProcessNotFound && kernel.IsLive)
        {
            // It has ended, and its mappings with it.
            return (null, false);
        }
        catch (KsmToolsException)
        {
            return (null, true);
        }
    }

    private Dictionary<int, ProcessOrigin> ReadOrigins()
    {
        IsIncomplete |= ProcessIds.TryList(kernel, out int[] ids) != Errno.None;
        return ids.ToDictionary(id => id, id => ProcessOrigin.Read(kernel, id));
    }
}
