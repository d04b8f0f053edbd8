using KsmTools.Ksm;

namespace KsmTools.Potential;

/// <summary>What was counted of one process while its pages were read.</summary>
internal sealed class ProcessTally(int id, string? name)
{
    public int Id => id;

    public string? Name => name;

    /// <summary>What KSM does for it; null where the kernel does not say.</summary>
    public KsmProcess? Ksm { get; set; }

    /// <summary>The process that was read before and has the same memory, which is counted there; null for one that has its own.</summary>
    public int? MemoryOf { get; set; }

    /// <summary>Pages that KSM could know, among them those of <see cref="KernelZeroPages"/>.</summary>
    public long Eligible { get; set; }

    /// <summary>Those in mappings that ksmd may merge.</summary>
    public long Mergeable { get; set; }

    public long Read { get; set; }

    public long Unreadable { get; set; }

    public long Zero { get; set; }

    /// <summary>Pages that have no item once they are merged: they map the kernel's own zero page then.</summary>
    public long WithoutItem { get; set; }

    /// <summary>Those of them that do for a large folio that is split.</summary>
    public long Unused { get; set; }

    /// <summary>Pages of the sample that turned out to be the kernel's own zero page.</summary>
    public long KernelZeroPages { get; set; }

    /// <summary>Those of them in mappings that ksmd may merge.</summary>
    public long MergeableKernelZeroPages { get; set; }

    /// <summary>Where its pages begin in the list of all.</summary>
    public long First { get; set; }

    /// <summary>Where they end.</summary>
    public long End { get; set; }

    /// <summary>How many pages those read stand for.</summary>
    public double Readable(double share) => Math.Max(Eligible - (Unreadable / share), Read);

    /// <summary>Takes the kernel's zero pages out, those that were not in the sample too.</summary>
    public void Complete(double share)
    {
        Eligible = Math.Max(Eligible - (long)Math.Round(KernelZeroPages / share), Read + Unreadable);
        Mergeable = Math.Clamp(Mergeable - (long)Math.Round(MergeableKernelZeroPages / share), 0, Eligible);
    }
}
