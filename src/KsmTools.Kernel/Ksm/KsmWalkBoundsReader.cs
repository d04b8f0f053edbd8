using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// Finds out which walk a kernel does: the bounded one searches the index that <c>struct ksm_rmap_item</c> keeps in a member, which the other has not. Distributions carry
/// changes back, so that a kernel's version says nothing.
/// </summary>
public static class KsmWalkBoundsReader
{
    /// <summary>What a kernel does.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static KsmWalkBounds Read(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return KsmItemType.Of(kernel).Bounds;
    }
}
