using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>
/// A page that was just made waits in a per-CPU batch before it is on an LRU list, and page idle tracking and reclaim pass over it. move_pages(2) empties the batches of all
/// CPUs before anything else (<c>lru_cache_disable</c>, mm/migrate.c), so moving a page to where it is does just that: no walk, no other effect.
/// </summary>
internal static class LruDrain
{
    /// <summary>Empties the batches. Where the kernel refuses, they stay as they are, and the trigger may find nothing to do.</summary>
    public static void Run(TriggerTarget target)
    {
        int id = target.Id == Environment.ProcessId ? 0 : ProcessMemory.ThreadOf(KernelTree.Running, target.Id);
        _ = PageCalls.MovePages(id, [(nint)target.First.Address], [target.First.Node ?? 0], stackalloc int[1], PageCalls.MoveOwn, out _);
    }
}
