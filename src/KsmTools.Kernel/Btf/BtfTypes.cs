using System.Text;
using KsmTools.Files;

namespace KsmTools.Btf;

/// <summary>
/// The types of a kernel as it describes them itself in <c>/sys/kernel/btf/vmlinux</c> (CONFIG_DEBUG_INFO_BTF; Documentation/bpf/btf.rst, include/uapi/linux/btf.h). What a
/// damaged file says is not known: nothing here fails.
/// </summary>
internal sealed class BtfTypes
{
    /// <summary>The running kernel's types, without those of its modules.</summary>
    public const string File = "/sys/kernel/btf/vmlinux";

    private const ushort Magic = 0xEB9F;
    private const int HeaderSize = 24;
    private const int LongHeaderSize = 32;
    private const int TypeSize = 12;
    private const int MemberSize = 12;
    private const int Deepest = 16;

    // Structures may be in one another many times over: in a few types there is room for more members than anybody can wait for.
    private const int MostMembers = 10_000;

    // Those of kernels have some thousands of bytes.
    private const int LargestStruct = 1 << 20;

    private readonly ReadOnlyMemory<byte> _all;
    private readonly ByteOrder _order;
    private readonly Range _types;
    private readonly Range _strings;
    private readonly Range _layouts;
    private List<int>? _offsets;

    private BtfTypes(ReadOnlyMemory<byte> all, ByteOrder order, Range types, Range strings, Range layouts) =>
        (_all, _order, _types, _strings, _layouts) = (all, order, types, strings, layouts);

    /// <summary>The types of a kernel; null where it does not tell them.</summary>
    public static BtfTypes? Of(KernelTree kernel) => kernel.TryReadBytes(File, out ReadOnlyMemory<byte> all) == Interop.Errno.None ? Parse(all) : null;

    /// <summary>The types that a file describes, of either byte order; null where it is none, or another version.</summary>
    public static BtfTypes? Parse(ReadOnlyMemory<byte> all)
    {
        ReadOnlySpan<byte> bytes = all.Span;
        if (bytes.Length < HeaderSize || bytes[2] != 1)
        {
            return null;
        }

        var order = new ByteOrder(IsBigEndian: new ByteOrder(IsBigEndian: true).UInt16(bytes) == Magic);
        if (order.UInt16(bytes) != Magic)
        {
            return null;
        }

        uint header = order.UInt32(bytes, 4);
        return header >= HeaderSize && header <= bytes.Length
            && Section(bytes, header, 8, order) is { } types && Section(bytes, header, 16, order) is { } strings
            && (header < LongHeaderSize ? 0..0 : Section(bytes, header, 24, order)) is { } layouts
            ? new BtfTypes(all, order, types, strings, layouts)
            : null;
    }

    /// <summary>The members of a structure with names, in their order; null where there is no such structure or it makes no sense.</summary>
    /// <param name="name">The structure's name, without <c>struct</c>.</param>
    public IReadOnlyList<BtfMember>? MembersOf(string name)
    {
        var members = new List<BtfMember>();
        int left = MostMembers;
        return Find(name) is { } offset && TryAdd(members, offset, 0, Deepest, ref left) ? members : null;
    }

    /// <summary>The bytes of a structure; null where there is no such structure, or it is too large to be one.</summary>
    /// <param name="name">The structure's name, without <c>struct</c>.</param>
    public int? SizeOf(string name) => Find(name) is { } offset && Word(offset + 8) is var size and > 0 and <= LargestStruct ? (int)size : null;

    private ReadOnlySpan<byte> Types => _all.Span[_types];

    // Where each type is; what follows one whose kind nobody knows cannot be found.
    private List<int> Offsets()
    {
        if (_offsets is not null)
        {
            return _offsets;
        }

        var offsets = new List<int>();
        int length = Types.Length;
        for (long at = 0; at + TypeSize <= length;)
        {
            offsets.Add((int)at);
            if (Rest((int)at) is not { } rest)
            {
                break;
            }

            at += TypeSize + rest;
        }

        return _offsets = offsets;
    }

    private int? Find(string name)
    {
        byte[] wanted = [.. Encoding.ASCII.GetBytes(name), 0];
        foreach (int offset in Offsets())
        {
            if (KindAt(offset) == BtfKind.Struct && NameAt(Word(offset)).StartsWith(wanted))
            {
                return offset;
            }
        }

        return null;
    }

    private bool TryAdd(List<BtfMember> members, int offset, long bits, int depth, ref int left)
    {
        uint info = Word(offset + 4);
        long count = info & BtfKind.CountMask;
        if (depth == 0 || count > left || offset + TypeSize + (count * MemberSize) > Types.Length)
        {
            return false;
        }

        left -= (int)count;
        bool hasBitFields = info >> 31 != 0;
        for (int i = 0; i < count; i++)
        {
            int at = offset + TypeSize + (i * MemberSize);
            uint where = Word(at + 8);
            long memberBits = bits + (hasBitFields ? where & 0xFF_FFFF : where);
            ReadOnlySpan<byte> name = NameAt(Word(at));
            int end = name.IndexOf((byte)0);
            if (end > 0)
            {
                members.Add(new BtfMember(Encoding.ASCII.GetString(name[..end]), memberBits));
            }
            else if (end < 0 || !TryAddNameless(members, Word(at + 4), memberBits, depth - 1, ref left))
            {
                return false;
            }
        }

        return true;
    }

    // A bit-field of no name is padding, and has no members.
    private bool TryAddNameless(List<BtfMember> members, uint type, long bits, int depth, ref int left)
    {
        List<int> offsets = Offsets();
        if (type == 0 || type > offsets.Count)
        {
            return false;
        }

        int offset = offsets[(int)type - 1];
        return KindAt(offset) is not (BtfKind.Struct or BtfKind.Union) || TryAdd(members, offset, bits, depth, ref left);
    }

    private int KindAt(int offset) => BtfKind.Of(Word(offset + 4));

    // Bytes after the first twelve of a type; null where its kind is not known.
    private long? Rest(int offset)
    {
        uint info = Word(offset + 4);
        int kind = BtfKind.Of(info);
        long count = info & BtfKind.CountMask;
        if (BtfKind.Layout(kind) is { } known)
        {
            return known.Once + (known.Each * count);
        }

        // Newer files may say how long the types of each kind are.
        ReadOnlySpan<byte> layouts = _all.Span[_layouts];
        return (kind * 4) + 4 <= layouts.Length ? layouts[kind * 4] + (layouts[(kind * 4) + 1] * count) : null;
    }

    // From its first byte to the end of all names.
    private ReadOnlySpan<byte> NameAt(uint offset)
    {
        ReadOnlySpan<byte> strings = _all.Span[_strings];
        return offset < strings.Length ? strings[(int)offset..] : [];
    }

    private uint Word(int offset) => _order.UInt32(Types, offset);

    // Offsets count from the header's end.
    private static Range? Section(ReadOnlySpan<byte> bytes, uint header, int at, ByteOrder order)
    {
        long start = (long)header + order.UInt32(bytes, at);
        long end = start + order.UInt32(bytes, at + 4);
        return end <= bytes.Length ? (int)start..(int)end : null;
    }
}
