using System.Globalization;

namespace KsmTools.Model;

/// <summary>
/// Mappings (VMAs) of a process that can share an anon_vma: all that have the same file, all that have none, or its stacks. Which of them do, <c>/proc</c> does not tell:
/// between <see cref="MinimumVmaCount"/> and <see cref="MaximumVmaCount"/> are in the tree of one.
/// </summary>
public sealed class RmapVmaFamily
{
    /// <summary>The first address of the first mapping.</summary>
    public long Start { get; init; }

    /// <summary>The address behind the last mapping. Others may lie in between.</summary>
    public long End { get; init; }

    /// <summary>How many mappings there are in the process.</summary>
    public int VmaCount { get; init; }

    /// <summary>How many of them are mergeable (<c>mg</c> in smaps).</summary>
    public int MergeableVmaCount { get; init; }

    /// <summary>Other processes that may be copies (fork(2)) of this one or of one that it is a copy of, and have mappings of the family.</summary>
    public int CopyCount { get; init; }

    /// <summary>Their mappings of the family, which may be in the same trees.</summary>
    public int CopiedVmaCount { get; init; }

    /// <summary>Mappings that are surely in the tree of an anon_vma of the family: its own.</summary>
    public int MinimumVmaCount => Math.Min(1, VmaCount);

    /// <summary>Mappings that there are at most in the tree of one of its anon_vmas.</summary>
    public int MaximumVmaCount => VmaCount + CopiedVmaCount;

    /// <summary>Pages of the process's mappings that are KSM pages; null where the kernel does not say (before 6.7, without frames).</summary>
    public long? MergedPages { get; init; }

    /// <summary>The file; empty for anonymous memory.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The range in which they are, as <c>/proc/pid/maps</c> shows one, and how many share an anon_vma at most.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start:x}-{End:x}, at most {MaximumVmaCount} VMAs");

    /// <summary>The same with what other processes may have in its trees.</summary>
    internal RmapVmaFamily WithCopies(int copies, int vmas) => new()
    {
        Start = Start,
        End = End,
        VmaCount = VmaCount,
        MergeableVmaCount = MergeableVmaCount,
        MergedPages = MergedPages,
        Name = Name,
        CopyCount = copies,
        CopiedVmaCount = vmas,
    };
}
