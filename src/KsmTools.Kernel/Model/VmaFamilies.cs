using KsmTools.Memory;

namespace KsmTools.Model;

/// <summary>
/// The mappings of a process in families outside of which no anon_vma goes: those of one file, those of none, and stacks. A mapping gets into an anon_vma's tree by being
/// cut from, moved from or forked from one that is in it (mm/rmap.c, <c>anon_vma_clone</c>), or as a neighbour that could be one mapping with it
/// (<c>anon_vma_compatible</c>): each keeps the file, and <c>VM_GROWSDOWN</c>, or asks for the same. Neither place nor offset says more: what lay between may be
/// unmapped, and mremap(2) moves a mapping anywhere. A mapping without pages counts, because an anon_vma stays when they go.
/// </summary>
internal sealed class VmaFamilies
{
    private readonly List<RmapVmaFamily> _families = [];
    private readonly Dictionary<VmaFamilyKey, int> _numbers = [];
    private readonly int[] _familyOfVma;

    /// <summary>Sorts mappings into families.</summary>
    /// <param name="vmas">The mappings, ascending.</param>
    /// <param name="pageSize">Bytes in a page.</param>
    public VmaFamilies(IReadOnlyList<ProcessVma> vmas, int pageSize)
    {
        Vmas = vmas;
        _familyOfVma = new int[vmas.Count];
        var members = new List<List<ProcessVma>>();
        for (int index = 0; index < vmas.Count; index++)
        {
            ProcessVma vma = vmas[index];
            if (!CanHaveAnonVma(vma))
            {
                _familyOfVma[index] = -1;
                continue;
            }

            if (!_numbers.TryGetValue(VmaFamilyKey.Of(vma), out int family))
            {
                _numbers.Add(VmaFamilyKey.Of(vma), family = members.Count);
                members.Add([]);
            }

            members[family].Add(vma);
            _familyOfVma[index] = family;
        }

        _families.AddRange(members.Select(family => FamilyOf(family, pageSize)));
    }

    /// <summary>All mappings, by address.</summary>
    public IReadOnlyList<ProcessVma> Vmas { get; }

    /// <summary>All families, by their first mapping.</summary>
    public IReadOnlyList<RmapVmaFamily> All => _families;

    /// <summary>What the mappings of each family have in common.</summary>
    public IEnumerable<VmaFamilyKey> Keys => _numbers.Keys;

    /// <summary>What the mappings of the family that an address belongs to have in common; the address must belong to one.</summary>
    public VmaFamilyKey KeyAt(long address) => VmaFamilyKey.Of(Vmas[VmaAt(address)]);

    /// <summary>How many mappings are of a family.</summary>
    public int Count(VmaFamilyKey key) => _numbers.TryGetValue(key, out int family) ? _families[family].VmaCount : 0;

    /// <summary>The number of the family that an address belongs to; negative where none does.</summary>
    public int IndexOf(long address) => VmaAt(address) is >= 0 and var vma ? _familyOfVma[vma] : -1;

    /// <summary>Whether a mapping of a family is at an address.</summary>
    public bool Covers(VmaFamilyKey key, long address) => _numbers.TryGetValue(key, out int family) && IndexOf(address) == family;

    /// <summary>Adds what other processes may have in the same trees.</summary>
    public void AddCopies(IReadOnlyList<VmaFamilies> relatives)
    {
        foreach ((VmaFamilyKey key, int family) in _numbers)
        {
            int[] counts = [.. relatives.Select(relative => relative.Count(key)).Where(count => count > 0)];
            _families[family] = _families[family].WithCopies(counts.Length, counts.Sum());
        }
    }

    // What VM_DONTEXPAND and the like mark is the kernel's or a driver's own, and could never be one mapping with other memory.
    private static bool CanHaveAnonVma(ProcessVma vma) => !vma.IsShared && vma.IsOfProcess && (!vma.HasFlags || vma.IsKsmCompatible);

    private int VmaAt(long address)
    {
        int low = 0;
        int high = Vmas.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if ((ulong)address < Vmas[middle].Start)
            {
                high = middle - 1;
            }
            else if ((ulong)address >= Vmas[middle].End)
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

    private static RmapVmaFamily FamilyOf(List<ProcessVma> members, int pageSize) => new()
    {
        Start = (long)members[0].Start,
        End = (long)members[^1].End,
        VmaCount = members.Count,
        MergeableVmaCount = members.Count(member => member.IsMergeable),
        MergedPages = members.Exists(member => member.MergedBytes is null) ? null : members.Sum(member => member.MergedBytes) / pageSize,
        Name = members[0].File.Length > 0 ? members[0].Name : string.Empty,
    };
}

/// <summary>What all mappings in the tree of an anon_vma have in common, in all processes.</summary>
/// <param name="File">The file's device and inode; empty for anonymous memory.</param>
/// <param name="IsStack">Whether it grows downwards.</param>
internal readonly record struct VmaFamilyKey(string File, bool IsStack)
{
    /// <summary>That of a mapping.</summary>
    public static VmaFamilyKey Of(ProcessVma vma) => new(vma.File, vma.IsStack);
}
