namespace KsmTools.Memory;

/// <summary>A NUMA node: memory that is equally far from every CPU of it.</summary>
public sealed class NumaNode
{
    /// <summary>Its number.</summary>
    public int Id { get; init; }

    /// <summary>Its memory in bytes (<c>MemTotal</c>); null where the kernel does not say.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Its free memory in bytes (<c>MemFree</c>, without page cache); null where the kernel does not say.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Its CPUs as the kernel lists them: <c>0-3,8</c>. Empty for memory without CPUs.</summary>
    public required string Cpus { get; init; }

    /// <summary>How far each online node is, in the order of their numbers; 10 is the node itself (ACPI SLIT).</summary>
    public required IReadOnlyList<int> Distances { get; init; }

    /// <summary>Whether it has memory, so that pages can be moved there.</summary>
    public bool HasMemory { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Errors.Text.Format("node {0}", Id);
}
