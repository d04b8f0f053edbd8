using System.Runtime.InteropServices;
using KsmTools.Ksm;

namespace KsmTools.Model;

/// <summary>
/// <c>struct ksm_rmap_item</c> (mm/ksm.c) of Linux 7.3, as it lies in memory on a 64-bit machine; numbers stand for pointers. The linear index of a merged page lies where an
/// unmerged one has its checksum, age and skips, so that the item does not grow.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = KsmItemSize.Of64Bit)]
internal struct KsmRmapItem
{
    /// <summary>Low bits of the scan that put the item into the unstable tree (<c>SEQNR_MASK</c>).</summary>
    public const ulong SequenceMask = 0x0ff;

    /// <summary>The item is in the unstable tree (<c>UNSTABLE_FLAG</c>).</summary>
    public const ulong UnstableFlag = 0x100;

    /// <summary>The item is listed from the stable tree (<c>STABLE_FLAG</c>).</summary>
    public const ulong StableFlag = 0x200;

    /// <summary>Bits of <see cref="Address"/> that are no address (<c>KSM_FLAG_MASK</c>).</summary>
    public const ulong FlagMask = SequenceMask | UnstableFlag | StableFlag;

    private const int PageShift = 12;

    /// <summary><c>rmap_list</c>: the next item of the address space.</summary>
    [FieldOffset(0)]
    public long RmapList;

    /// <summary><c>anon_vma</c>, from the moment the page is merged.</summary>
    [FieldOffset(8)]
    public long AnonVma;

    /// <summary><c>nid</c>: the NUMA node of the unstable tree.</summary>
    [FieldOffset(8)]
    public int NodeId;

    /// <summary><c>mm</c>.</summary>
    [FieldOffset(16)]
    public long Mm;

    /// <summary><c>address</c>, with the flags in its low bits.</summary>
    [FieldOffset(24)]
    public ulong Address;

    /// <summary><c>oldchecksum</c>, when unstable.</summary>
    [FieldOffset(32)]
    public uint OldChecksum;

    /// <summary><c>age</c>: scans since the item was made, when unstable.</summary>
    [FieldOffset(36)]
    public byte Age;

    /// <summary><c>remaining_skips</c>: scans to skip, when unstable.</summary>
    [FieldOffset(37)]
    public byte RemainingSkips;

    /// <summary><c>linear_page_index</c>: the index in the anon_vma, when stable.</summary>
    [FieldOffset(32)]
    public ulong LinearPageIndex;

    /// <summary><c>node</c>, three pointers, when in the unstable tree.</summary>
    [FieldOffset(40)]
    public UnstableNode Node;

    /// <summary><c>head</c>: the stable node, when stable.</summary>
    [FieldOffset(40)]
    public long Head;

    /// <summary><c>hlist</c>: the next item of the stable node.</summary>
    [FieldOffset(48)]
    public long Next;

    /// <summary><c>hlist</c>: what points to this item.</summary>
    [FieldOffset(56)]
    public long Previous;

    /// <summary>Whether the item is listed from the stable tree.</summary>
    public readonly bool IsStable => (Address & StableFlag) != 0;

    /// <summary>Whether the item is in the unstable tree.</summary>
    public readonly bool IsUnstable => (Address & UnstableFlag) != 0;

    /// <summary>The page's number, without the flags.</summary>
    public readonly ulong Page => Address >> PageShift;

    /// <summary>Takes the flags away (<c>address &amp;= PAGE_MASK</c>).</summary>
    public void ClearFlags() => Address &= ~FlagMask;

    /// <summary>The address of a page's number.</summary>
    public static ulong AddressOf(ulong page) => page << PageShift;

    /// <summary><c>struct rb_node</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct UnstableNode
    {
        /// <summary>The parent, and the colour in its low bits; here the content that leads to the item.</summary>
        public long ParentColor;

        /// <summary>The right child.</summary>
        public long Right;

        /// <summary>The left child.</summary>
        public long Left;
    }
}
