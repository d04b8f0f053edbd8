using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>
/// Processes of different memory, so that what two ids have together, as clone(2) makes them with <c>CLONE_VM</c> and vfork(2) does, is counted once. kcmp(2) tells, to who may look at
/// both; its answer orders memory, too, so that few questions are asked. Where it does not say, and in a captured tree, each process is taken to have its own.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class SameMemory(KernelTree kernel)
{
    // By the kernel's own order.
    private readonly List<(int Id, int Thread)> _known = [];

    /// <summary>The process that was added and has the memory of another; null where none has.</summary>
    /// <param name="id">The other.</param>
    public int? Find(int id) => TryFind(ProcessMemory.ThreadOf(kernel, id), out int place) ? _known[place].Id : null;

    /// <summary>Adds a process.</summary>
    /// <param name="id">The process.</param>
    /// <returns>Whether none that was added before has its memory.</returns>
    public bool Add(int id)
    {
        int thread = ProcessMemory.ThreadOf(kernel, id);
        if (TryFind(thread, out int place))
        {
            return false;
        }

        if (place >= 0)
        {
            _known.Insert(place, (id, thread));
        }

        return true;
    }

    // Where it is, or where it would go; -1 where the kernel says nothing of it. One that has ended meanwhile says nothing, and is left out.
    private bool TryFind(int thread, out int place)
    {
        place = -1;
        if (!kernel.IsLive || PageCalls.CompareMemory(thread, thread) != MemoryOrder.Same)
        {
            return false;
        }

        int first = 0;
        int end = _known.Count;
        while (first < end)
        {
            place = (first + end) / 2;
            switch (PageCalls.CompareMemory(thread, _known[place].Thread))
            {
                case MemoryOrder.Same:
                    return true;
                case MemoryOrder.Before:
                    end = place;
                    break;
                case MemoryOrder.Behind:
                    first = place + 1;
                    break;
                default:
                    _known.RemoveAt(place);
                    end--;
                    break;
            }
        }

        place = first;
        return false;
    }
}
