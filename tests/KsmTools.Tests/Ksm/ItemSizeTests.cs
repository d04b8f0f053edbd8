using System.Globalization;
using CsCheck;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>How large an item of ksmd is on the kernel that a tree is of.</summary>
public sealed class ItemSizeTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("x86_64", 64)]
    [InlineData("aarch64", 64)]
    [InlineData("s390x", 64)]
    [InlineData("alpha", 64)]
    [InlineData("i386", 36)]
    [InlineData("arm", 36)]
    [InlineData("armv7l", 36)]
    [InlineData("armv6b", 36)]
    [InlineData("mips", 36)]
    [InlineData("something", 64)]
    public void The_architecture_says_how_long_words_are(string architecture, int size)
    {
        _tree.Put("proc/sys/kernel/arch", architecture + "\n");
        Assert.Equal(size, KsmItemSize.Of(_tree));
    }

    [Theory]
    [InlineData("18446744073709551615", 64)]
    [InlineData("4294967295", 36)]
    [InlineData("0", 64)]
    public void A_process_without_a_limit_says_it_on_older_kernels(string limit, int size)
    {
        _tree.Put("proc/7/stat", $"7 (a) b) S {string.Join(' ', Enumerable.Repeat("1", 21))} 0 1\n");
        _tree.Put("proc/9/stat", $"9 (a) b) S {string.Join(' ', Enumerable.Repeat("1", 21))} {limit} 1\n");
        Assert.Equal(size, KsmItemSize.Of(_tree));
    }

    [Fact]
    public void Before_smart_scan_items_were_shorter_on_32_bit_machines()
    {
        _tree.Put("proc/sys/kernel/arch", "i386\n");
        _tree["smart_scan"] = null;
        Assert.Equal(36, KsmItemSize.Of(_tree));
        _tree["pages_skipped"] = null;
        Assert.Equal(32, KsmItemSize.Of(_tree));
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("7.3")]
    public void The_kernels_own_types_come_before_all_else(string kernel)
    {
        byte[] types = File.ReadAllBytes(Checkout.Data($"btf/{kernel}.btf"));
        Put(types);
        _tree.Put("proc/sys/kernel/arch", "i386\n");
        Assert.Equal(64, KsmItemSize.Of(_tree));

        // The size is the third word of the type, which is the file's first.
        Assert.Equal(64u, BitConverter.ToUInt32(types, 24 + 8));
        BitConverter.TryWriteBytes(types.AsSpan(24 + 8), 72u);
        Put(types);
        Assert.Equal(72, KsmItemSize.Of(_tree));
        BitConverter.TryWriteBytes(types.AsSpan(24 + 8), 0u);
        Put(types);
        Assert.Equal(36, KsmItemSize.Of(_tree));
    }

    /// <summary>Counters that were not read at one moment divide by chance, too; what words say is a fact.</summary>
    [Fact]
    public void No_balance_wins_over_the_length_of_words() =>
        Gen.Select(Counters, OneOf(32, 36, 64, 40, 100), Gen.Bool).ForAll(
            (counters, balanced, isLong) =>
            {
                _tree.Put("proc/sys/kernel/arch", isLong ? "x86_64\n" : "i386\n");
                Balance(counters, balanced, 0);
                Assert.Equal(isLong ? 64 : 36, KsmItemSize.Of(_tree));
            });

    [Fact]
    public void Where_nothing_else_is_known_a_balance_that_holds_tells_a_size_that_kernels_had() =>
        Gen.Select(Counters, OneOf(32, 36, 64), Gen.Const(0)).ForAll(
            (counters, size, _) =>
            {
                Balance(counters, size, 0);
                Assert.Equal(counters.Sum() == 0 ? 64 : size, KsmItemSize.Of(_tree));
            });

    [Fact]
    public void Whatever_counters_say_the_size_is_one_that_kernels_had() =>
        Gen.Select(Counters, Gen.Int[0, 200], Gen.Long[-100_000, 100_000]).ForAll(
            (counters, size, off) =>
            {
                Balance(counters, size, off);
                Assert.Contains(KsmItemSize.Of(_tree), new[] { 32, 36, 64 });
            });

    [Fact]
    public void Counters_without_sense_say_nothing()
    {
        Balance([long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue], 0, 0);
        Assert.Equal(64, KsmItemSize.Of(_tree));
        _tree["general_profit"] = "none";
        Assert.Equal(64, KsmItemSize.Of(_tree));
    }

    [Fact]
    public void What_items_cost_is_reckoned_by_their_size()
    {
        _tree.Put("proc/sys/kernel/arch", "arm\n");
        _tree.Put("proc/9/ksm_stat", "ksm_rmap_items 100\nksm_merging_pages 50\n");
        _tree["general_profit"] = _tree["smart_scan"] = _tree["pages_skipped"] = null;
        (_tree["pages_shared"], _tree["pages_sharing"], _tree["pages_unshared"]) = ("10", "90", "900");
        Assert.Equal((90L * 4096) - (1000 * 32), new KsmStatusReader(_tree).Read().Profit);
        Assert.Null(new KsmProcessReader(_tree).Find(9, out KsmProcess? process));
        Assert.Equal(3200, process!.MetadataBytes);
    }

    [Fact]
    public void The_running_kernel_and_its_words_say_the_same()
    {
        Assert.SkipUnless(File.Exists("/sys/kernel/mm/ksm/run") && Environment.Is64BitProcess, "needs a 64-bit kernel with CONFIG_KSM");
        Assert.Equal(KsmItemSize.WithoutBalance(KernelTree.Running), KsmItemSize.Of(KernelTree.Running));
        Assert.Equal(IntPtr.Size, WordSize.Of(KernelTree.Running));
    }

    // Small ones and powers of two, as processes of equal sizes make them.
    private static Gen<long[]> Counters => Gen.OneOf(Gen.Long[0, 1000], Gen.Int[0, 30].Select(power => 1L << power)).Array[4];

    private static Gen<int> OneOf(params int[] sizes) => Gen.Int[0, sizes.Length - 1].Select(index => sizes[index]);

    private void Balance(long[] counters, long size, long off)
    {
        string[] names = ["pages_shared", "pages_sharing", "pages_unshared", "pages_volatile"];
        foreach ((string name, long count) in names.Zip(counters))
        {
            _tree[name] = count.ToString(CultureInfo.InvariantCulture);
        }

        Int128 profit = ((Int128)counters[1] * PageSize.Of(_tree)) - (counters.Aggregate((Int128)0, (sum, count) => sum + count) * size) + off;
        _tree["general_profit"] = Int128.Clamp(profit, long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture);
    }

    private void Put(byte[] types)
    {
        _tree.Put("sys/kernel/btf/vmlinux", "");
        File.WriteAllBytes(_tree.Locate("/sys/kernel/btf/vmlinux"), types);
    }
}
