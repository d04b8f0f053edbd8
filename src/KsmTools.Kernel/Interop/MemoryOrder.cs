namespace KsmTools.Interop;

/// <summary>What kcmp(2) says of the memory of two threads (<c>KCMP_VM</c>).</summary>
internal enum MemoryOrder
{
    /// <summary>Nothing: not to this user, not on this kernel, or one has ended.</summary>
    Unknown = -1,

    /// <summary>They have the same.</summary>
    Same = 0,

    /// <summary>They have different ones, and that of the first is before that of the second in an order of the kernel's own.</summary>
    Before = 1,

    /// <summary>They have different ones, and that of the first is behind that of the second.</summary>
    Behind = 2,
}
