namespace KsmTools.Benchmark;

/// <summary>What a bystander does while the kernel walks.</summary>
public enum RmapBystanderCall
{
    /// <summary>mprotect(2) of one page, which splits a VMA of the pages' anon_vma, or file, or joins it with its neighbours.</summary>
    Mprotect,

    /// <summary>mmap(2) or, for pages of a file, mremap(2) over a mapping of one page, which unmaps that first.</summary>
    Mmap,

    /// <summary>The first access to a page of a new VMA, which puts that on its neighbours' anon_vma.</summary>
    Fault,

    /// <summary>A read of a page that is in memory, or that the kernel is migrating.</summary>
    Touch,
}
