using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tests.Migration;

/// <summary>The program of which each process moves its pages, for its processor: where that is not this one, under qemu's user mode where it is installed.</summary>
[SupportedOSPlatform("linux")]
public sealed class TreeHolderTests : IDisposable
{
    private const int PageCount = 3;
    private const int Depth = 2;
    private const ulong Word = 0x1122_3344_5566_7788;

    private static readonly long PageSize = Environment.SystemPageSize;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Architecture, string, bool> Emulators => new()
    {
        { Architecture.X64, "qemu-x86_64", true }, { Architecture.Arm64, "qemu-aarch64", true }, { Architecture.X64, "qemu-x86_64", false }, { Architecture.Arm64, "qemu-aarch64", false },
    };

    [Theory]
    [MemberData(nameof(Emulators))]
    public void Every_process_of_the_tree_says_how_deep_it_is_and_all_end_together(Architecture architecture, string emulator, bool isMergeable)
    {
        using Process holder = Start(architecture, emulator, isMergeable, PageCount * PageSize);
        Stream output = holder.StandardOutput.BaseStream;
        holder.StandardInput.BaseStream.WriteByte(1);
        holder.StandardInput.BaseStream.Flush();
        long first = Read(output);
        Assert.InRange(first, 0x1000, long.MaxValue);
        long[] answers = [.. Enumerable.Range(0, TreeHolder.CountProcesses(Depth)).Select(_ => Read(output))];
        Assert.Equal([0L, 0, 0, 0, 1, 1, 2], answers.Select(answer => answer >> 32).Order());
        int[] ids = [.. answers.Select(answer => (int)answer)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Contains((2L << 32) | (uint)holder.Id, answers);
        foreach (long answer in answers.Where(answer => answer >> 32 < Depth))
        {
            // The parent of each is one level up.
            int parent = int.Parse(File.ReadLines($"/proc/{(int)answer}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Contains((((answer >> 32) + 1) << 32) | (uint)parent, answers);
        }

        holder.StandardInput.Close();
        Wait.Ended(holder);
        Assert.Equal(0, holder.ExitCode);
        Assert.All(ids, id => Assert.False(Directory.Exists($"/proc/{id}")));
    }

    [Theory]
    [MemberData(nameof(Emulators))]
    public void Without_being_told_it_ends_and_maps_nothing(Architecture architecture, string emulator, bool isMergeable)
    {
        using Process holder = Start(architecture, emulator, isMergeable, PageCount * PageSize);
        holder.StandardInput.Close();
        Wait.Ended(holder);
        Assert.Equal(-1, holder.StandardOutput.BaseStream.ReadByte());
    }

    [Theory]
    [MemberData(nameof(Emulators))]
    public void What_the_kernel_refuses_is_said(Architecture architecture, string emulator, bool isMergeable)
    {
        using Process holder = Start(architecture, emulator, isMergeable, 1L << 58);
        holder.StandardInput.BaseStream.WriteByte(1);
        holder.StandardInput.BaseStream.Flush();
        Assert.Equal(-(long)Errno.ENOMEM, Read(holder.StandardOutput.BaseStream));
        holder.StandardInput.Close();
        Wait.Ended(holder);
    }

    [Fact]
    public void Pages_that_may_be_merged_are_each_process_s_own_and_the_rest_is_like_nothing_else()
    {
        Needs.Root();
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        int placed = 0;
        using TreeHolder holder = TreeHolder.Create(new TreeLayout(PageCount, 1, Word, IsMergeable: true, Depth), null, id => placed = id, TestContext.Current.CancellationToken);
        Assert.Equal((placed, 7), (holder.Id, holder.Addresses.Count));
        Assert.Equal(3, holder.Addresses.Values.Distinct().Count());
        long?[] frames = [.. holder.Addresses.SelectMany(process => new ProcessPages(new KernelTree("/")).ReadFrames(process.Key, process.Value, PageCount + 1))];
        Assert.DoesNotContain(null, frames);
        Assert.Equal(7 * (PageCount + 1), frames.Distinct().Count());
        ulong[][] contents = [.. holder.Addresses.Select(process => Contents(process.Key, process.Value, PageCount + 1))];
        Assert.All(contents, words => Assert.All(words[..^(int)(PageSize / sizeof(ulong))], word => Assert.Equal(Word, word)));
        Assert.All(contents, words => Assert.NotEqual(Word, words[^1]));
        Assert.All(holder.Addresses, process => Assert.Contains("mg", FlagsOf(process.Key, process.Value), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Other_pages_are_the_same_in_all_processes_at_another_address_on_each_level(bool ofFile)
    {
        Needs.Root();
        using SafeFileHandle? file = ofFile ? RegionFile.Create(PageCount * PageSize) : null;
        using TreeHolder holder = TreeHolder.Create(new TreeLayout(PageCount, 0, Word, IsMergeable: false, Depth), file, null, TestContext.Current.CancellationToken);
        Assert.Equal(3, holder.Addresses.Values.Distinct().Count());
        long?[][] frames = [.. holder.Addresses.Select(process => new ProcessPages(new KernelTree("/")).ReadFrames(process.Key, process.Value, PageCount))];
        Assert.Equal(PageCount, frames[0].OfType<long>().Distinct().Count());
        Assert.All(frames, process => Assert.Equal(frames[0], process));
        Assert.All(holder.Addresses, process => Assert.All(Contents(process.Key, process.Value, PageCount), word => Assert.Equal(ofFile ? 0 : Word, word)));
        Assert.All(holder.Addresses, process => Assert.DoesNotContain("mg", FlagsOf(process.Key, process.Value), StringComparison.Ordinal));
    }

    [Fact]
    public void There_is_none_for_other_processors() => Assert.Null(TreeHolderImage.Make(Architecture.S390x, 4096, 4096, Word, true, Depth));

    [Fact]
    public void Five_levels_are_31_processes() => Assert.Equal(31, TreeHolder.CountProcesses(4));

    public void Dispose() => _folder.Dispose();

    private static long Read(Stream output)
    {
        byte[] answer = new byte[sizeof(long)];
        output.ReadExactly(answer);
        return BitConverter.ToInt64(answer);
    }

    private static ulong[] Contents(int id, long address, int pageCount)
    {
        byte[] bytes = new byte[pageCount * PageSize];
        using FileStream memory = File.OpenRead($"/proc/{id}/mem");
        memory.Position = address;
        memory.ReadExactly(bytes);
        return MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
    }

    private static string FlagsOf(int id, long address) => File.ReadAllLines($"/proc/{id}/smaps")
        .SkipWhile(line => !line.StartsWith($"{address:x}-", StringComparison.Ordinal)).First(line => line.StartsWith("VmFlags:", StringComparison.Ordinal));

    private Process Start(Architecture architecture, string emulator, bool isMergeable, long slot)
    {
        Assert.SkipUnless(!isMergeable || Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        bool native = RuntimeInformation.ProcessArchitecture == architecture;
        Assert.SkipUnless(native || File.Exists($"/usr/bin/{emulator}"), $"needs {emulator}");
        string program = Path.Combine(_folder.Path, "holder");
        File.WriteAllBytes(program, TreeHolderImage.Make(architecture, slot, slot, Word, isMergeable, Depth)!);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo(native ? program : emulator) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (!native)
        {
            start.ArgumentList.Add(program);
        }

        return Process.Start(start)!;
    }
}
