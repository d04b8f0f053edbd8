using System.Buffers.Binary;
using System.Text;
using KsmTools.Btf;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Btf;

/// <summary>The types that kernels describe, by what the lab's say of <c>struct ksm_rmap_item</c> and by files that are made up.</summary>
public sealed class BtfTests : IDisposable
{
    private const string Item = "ksm_rmap_item";

    private const string Whole = "rmap_list 0, anon_vma 8, nid 8, mm 16, address 24, oldchecksum 32, age 36, remaining_skips 37, node 40, head 40, hlist 48";
    private const string Bounded = "rmap_list 0, anon_vma 8, nid 8, mm 16, address 24, oldchecksum 32, age 36, remaining_skips 37, linear_page_index 32, node 40, head 40, hlist 48";

    // A structure "s" of an "a", of what a union without a name has, "b" and "c", and of four bits "d".
    private static readonly string[] Names = ["s", "a", "b", "c", "d"];

    private readonly FakeKsmTree _tree = new();

    [Theory]
    [InlineData("6.1", "rmap_list 0, anon_vma 8, nid 8, mm 16, address 24, oldchecksum 32, node 40, head 40, hlist 48", KsmWalkBounds.Whole)]
    [InlineData("6.12", Whole, KsmWalkBounds.Whole)]
    [InlineData("7.2", Whole, KsmWalkBounds.Whole)]
    [InlineData("7.3", Bounded, KsmWalkBounds.Bounded)]
    [InlineData("7.3-native", Bounded, KsmWalkBounds.Bounded)]
    [InlineData("7.3-native-unbounded", Whole, KsmWalkBounds.Whole)]
    public void The_layout_of_an_item_says_which_walk_a_kernel_does(string kernel, string layout, KsmWalkBounds bounds)
    {
        byte[] file = File.ReadAllBytes(Checkout.Data($"btf/{kernel}.btf"));
        Assert.Equal(layout, Layout(file, Item));
        Assert.Null(BtfTypes.Parse(file)!.MembersOf("ksm_rmap_items"));
        Assert.Null(BtfTypes.Parse(file)!.MembersOf("ksm_rmap"));
        PutBtf(file);
        Assert.Equal(bounds, KsmWalkBoundsReader.Read(_tree));
    }

    [Fact]
    public void Without_types_or_with_others_the_walk_is_not_known()
    {
        Assert.Equal(KsmWalkBounds.Unknown, KsmWalkBoundsReader.Read(_tree));
        foreach (byte[] file in new[] { [], "no types at all, but long enough for a header"u8.ToArray(), Made(isBigEndian: false) })
        {
            PutBtf(file);
            Assert.Equal(KsmWalkBounds.Unknown, KsmWalkBoundsReader.Read(_tree));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Members_of_what_has_no_name_are_the_structures_own_in_either_byte_order(bool isBigEndian) =>
        Assert.Equal("a 0, b 8, c 8, d 16.5", Layout(Made(isBigEndian), "s"));

    [Fact]
    public void A_kind_that_is_not_known_is_passed_over_where_the_file_says_how_long_it_is()
    {
        Assert.Equal("a 0, b 8, c 8, d 16.5", Layout(Made(isBigEndian: false, strange: true, layouts: true), "s"));
        Assert.Null(BtfTypes.Parse(Made(isBigEndian: false, strange: true))!.MembersOf("s"));
    }

    [Fact]
    public void A_structure_inside_itself_is_none()
    {
        byte[] file = File.ReadAllBytes(Checkout.Data("btf/7.2.btf"));

        // The first member without a name is of the structure itself now.
        int member = 24 + 12 + 12;
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(member)));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(member + 4), 1);
        Assert.Null(BtfTypes.Parse(file)!.MembersOf(Item));
    }

    [Fact]
    public void Structures_in_one_another_many_times_over_are_given_up()
    {
        // Each of ten has sixty of the next.
        var types = new List<uint>();
        for (uint type = 1; type <= 10; type++)
        {
            types.AddRange([type == 1 ? 1u : 0u, (4u << 24) | 60, 0]);
            for (int member = 0; member < 60; member++)
            {
                types.AddRange([0, type == 10 ? 1 : type + 1, 0]);
            }
        }

        uint length = (uint)types.Count * 4;
        uint[] words = [0x0001_EB9F, 24, 0, length, length, 3, .. types];
        Assert.Null(BtfTypes.Parse((byte[])[.. words.SelectMany(BitConverter.GetBytes), 0, (byte)'s', 0])!.MembersOf("s"));
    }

    [Fact]
    public void Before_the_item_had_its_prefix_walks_were_whole()
    {
        byte[] file = File.ReadAllBytes(Checkout.Data("btf/6.1.btf"));
        int at = file.AsSpan().IndexOf("ksm_rmap_item\0"u8);
        "rmap_item\0"u8.CopyTo(file.AsSpan(at));
        PutBtf(file);
        Assert.Equal(KsmWalkBounds.Whole, KsmWalkBoundsReader.Read(_tree));
    }

    [Fact]
    public void What_is_damaged_says_nothing_wrong_and_never_fails()
    {
        byte[] whole = File.ReadAllBytes(Checkout.Data("btf/7.3.btf"));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(BtfTypes.Parse(whole.AsMemory(0, length)));
        }

        for (int at = 0; at < whole.Length; at++)
        {
            foreach (byte value in new byte[] { 0, 1, 0x7F, 0xFF })
            {
                byte[] damaged = [.. whole];
                damaged[at] = value;
                _ = BtfTypes.Parse(damaged)?.MembersOf(Item);
            }
        }
    }

    [Fact]
    public void The_running_kernel_is_read_as_a_whole()
    {
        Assert.SkipUnless(File.Exists(BtfTypes.File), "needs a kernel with BTF");
        var types = BtfTypes.Of(KernelTree.Running)!;
        Assert.Contains(types.MembersOf("task_struct")!, member => member.Name == "comm");
        Assert.Equal(types.MembersOf(Item)?.Any(member => member.Name == "linear_page_index"), KsmWalkBoundsReader.Read(KernelTree.Running) switch
        {
            KsmWalkBounds.Bounded => true,
            KsmWalkBounds.Whole => false,
            _ => null,
        });
    }

    public void Dispose() => _tree.Dispose();

    private void PutBtf(byte[] file)
    {
        _tree.Put("sys/kernel/btf/vmlinux", "");
        File.WriteAllBytes(_tree.Locate("/sys/kernel/btf/vmlinux"), file);
    }

    private static string Layout(byte[] file, string name) => string.Join(", ", BtfTypes.Parse(file)!.MembersOf(name)!.Select(
        member => $"{member.Name} {member.BitOffset / 8}" + (member.BitOffset % 8 == 0 ? "" : $".{member.BitOffset % 8}")));

    private static byte[] Made(bool isBigEndian, bool strange = false, bool layouts = false)
    {
        var strings = new List<byte> { 0 };
        var places = new Dictionary<string, uint> { [""] = 0 };
        foreach (string name in Names)
        {
            places[name] = (uint)strings.Count;
            strings.AddRange([.. Encoding.ASCII.GetBytes(name), 0]);
        }

        const uint Structure = 4, Union = 5, Integer = 1, Unheard = 90, HasBitFields = 1u << 31;
        var types = new List<uint>();
        types.AddRange([0, Integer << 24, 4, 32]);
        if (strange)
        {
            // A byte of its own and two for each of two is six, in a file that counts in bytes; here a word and twice a word.
            types.AddRange([0, (Unheard << 24) | 2, 0, 1, 2, 3]);
        }

        uint union = strange ? 4u : 3u;
        types.AddRange([places["s"], HasBitFields | (Structure << 24) | 3, 24, places["a"], 1, 0, 0, union, 64, places["d"], 1, (4u << 24) | 133]);
        types.AddRange([0, (Union << 24) | 2, 8, places["b"], 1, 0, places["c"], 1, 0]);
        byte[] layout = new byte[layouts ? (int)(Unheard + 1) * 4 : 0];
        if (layouts)
        {
            (layout[Unheard * 4], layout[(Unheard * 4) + 1]) = (4, 4);
        }

        var file = new List<byte>();
        void Add(uint word)
        {
            byte[] bytes = BitConverter.GetBytes(word);
            file.AddRange(isBigEndian == BitConverter.IsLittleEndian ? bytes.Reverse() : bytes);
        }

        uint header = layouts ? 32u : 24u, typeLength = (uint)types.Count * 4;
        file.AddRange(isBigEndian ? [0xEB, 0x9F, 1, 0] : [0x9F, 0xEB, 1, 0]);
        uint[] words = [header, 0, typeLength, typeLength, (uint)strings.Count, typeLength + (uint)strings.Count, (uint)layout.Length];
        foreach (uint word in words[..(layouts ? 7 : 5)])
        {
            Add(word);
        }

        types.ForEach(Add);
        file.AddRange(strings);
        file.AddRange(layout);
        return [.. file];
    }
}
