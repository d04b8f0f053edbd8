using KsmTools.Memory;

namespace KsmTools.Model;

/// <summary>
/// The mappings of a process in families that are taken to share an anon_vma each. The kernel tells neither anon_vmas nor the linear indices of anonymous memory, so mappings
/// that lie side by side and are of the same file, or of none, count as split from one mapping. That errs towards more: neighbours that were mapped one by one and
/// never written before they met may have an anon_vma each.
/// </summary>
internal sealed class VmaFamilies
{
    private readonly List<RmapVmaFamily> _families = [];

    /// <summary>Sorts mappings into families.</summary>
    /// <param name="vmas">The mappings, ascending.</param>
    /// <param name="pageSize">Bytes in a page.</param>
    public VmaFamilies(IReadOnlyList<ProcessVma> vmas, int pageSize)
    {
        var members = new List<ProcessVma>();
        foreach (ProcessVma vma in vmas)
        {
            if (vma.IsShared || !vma.IsOfProcess)
            {
                continue;
            }

            if (members.Count > 0 && !Continues(members[^1], vma))
            {
                _families.Add(FamilyOf(members, pageSize));
                members.Clear();
            }

            members.Add(vma);
        }

        if (members.Count > 0)
        {
            _families.Add(FamilyOf(members, pageSize));
        }
    }

    /// <summary>All families, by address.</summary>
    public IReadOnlyList<RmapVmaFamily> All => _families;

    /// <summary>The number of the family that an address belongs to; negative where none does.</summary>
    public int IndexOf(long address)
    {
        int low = 0;
        int high = _families.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            RmapVmaFamily family = _families[middle];
            if (address < family.Start)
            {
                high = middle - 1;
            }
            else if (address >= family.End)
            {
                low = middle + 1;
            }
            else
            {
                return middle;
            }
        }

        return -1;
    }

    private static bool Continues(ProcessVma before, ProcessVma vma) => before.End == vma.Start && before.File == vma.File
        && (vma.File.Length == 0 || before.Offset + (before.End - before.Start) == vma.Offset);

    private static RmapVmaFamily FamilyOf(List<ProcessVma> members, int pageSize) => new()
    {
        Start = (long)members[0].Start,
        End = (long)members[^1].End,
        VmaCount = members.Count,
        MergeableVmaCount = members.Count(member => member.IsMergeable),
        MergedPages = members.Exists(member => member.MergedBytes is null) ? null : members.Sum(member => member.MergedBytes) / pageSize,
        Name = members[0].Name,
    };
}
