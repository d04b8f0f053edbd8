using System.Globalization;

namespace KsmTools.Model;

/// <summary>Mappings (VMAs) of a process that lie side by side and are taken to share one anon_vma, because they were split from one mapping.</summary>
public sealed class RmapVmaFamily
{
    /// <summary>The first address.</summary>
    public long Start { get; init; }

    /// <summary>The address behind the last.</summary>
    public long End { get; init; }

    /// <summary>How many mappings there are.</summary>
    public int VmaCount { get; init; }

    /// <summary>How many of them are mergeable (<c>mg</c> in smaps).</summary>
    public int MergeableVmaCount { get; init; }

    /// <summary>Pages of theirs that are KSM pages; null where the kernel does not say (before 6.7, without frames).</summary>
    public long? MergedPages { get; init; }

    /// <summary>The file or name of the first mapping; empty for nameless memory.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The range as <c>/proc/pid/maps</c> shows it, and the number of mappings.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start:x}-{End:x}, {VmaCount} VMAs");
}
