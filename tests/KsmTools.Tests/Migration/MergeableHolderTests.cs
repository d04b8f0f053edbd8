using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Migration;

/// <summary>The program that forks when it is told to, each for its processor: where that is not this one, under qemu's user mode where it is installed.</summary>
[SupportedOSPlatform("linux")]
public sealed class MergeableHolderTests : IDisposable
{
    private const int PageCount = 8;
    private const ulong Word = 0x1122_3344_5566_7788;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Architecture, string> Emulators => new() { { Architecture.X64, "qemu-x86_64" }, { Architecture.Arm64, "qemu-aarch64" } };

    [Theory]
    [MemberData(nameof(Emulators))]
    public void It_says_where_its_pages_are_and_forks_when_told(Architecture architecture, string emulator)
    {
        using Process holder = Start(architecture, emulator, (long)PageCount * Environment.SystemPageSize);
        Stream output = holder.StandardOutput.BaseStream;
        long address = Read(output);
        Assert.InRange(address, 0x1000, long.MaxValue);
        Assert.Equal(0, address % Environment.SystemPageSize);
        if (RuntimeInformation.ProcessArchitecture == architecture)
        {
            Assert.All(Contents(holder.Id, address), word => Assert.Equal(Word, word));
        }

        holder.StandardInput.BaseStream.WriteByte(1);
        holder.StandardInput.BaseStream.Flush();
        int child = (int)Read(output);
        Assert.Contains($"PPid:\t{holder.Id}\n", File.ReadAllText($"/proc/{child}/status"), StringComparison.Ordinal);
        if (RuntimeInformation.ProcessArchitecture == architecture)
        {
            Assert.Equal(new ProcessPages(new KernelTree("/")).ReadFrames(holder.Id, address, PageCount), new ProcessPages(new KernelTree("/")).ReadFrames(child, address, PageCount));
            Assert.All(Contents(child, address), word => Assert.Equal(Word, word));
        }

        holder.StandardInput.Close();
        Wait.Ended(holder);
        Assert.Equal(0, holder.ExitCode);
        Assert.False(Directory.Exists($"/proc/{child}"));
        Assert.Equal(-1, output.ReadByte());
    }

    // qemu's user mode takes no prctl(2) that it does not know.
    [Fact]
    public void Its_whole_memory_is_mergeable_where_that_is_asked_for_and_else_its_pages_alone()
    {
        Assert.SkipUnless(ProcessControl.ProbeMemoryMerge() == Errno.None, "needs a kernel with PR_SET_MEMORY_MERGE");
        foreach (bool isWhole in (bool[])[true, false])
        {
            using MergeableHolder holder = MergeableHolder.Create(PageCount, Word, isWhole, TestContext.Current.CancellationToken);
            Assert.Equal(PageCount, Contents(holder.Id, holder.Address).Count(word => word == Word) * sizeof(ulong) / Environment.SystemPageSize);
            string[] stat = File.ReadAllLines($"/proc/{holder.Id}/ksm_stat");
            Assert.SkipUnless(stat.Any(line => line.StartsWith("ksm_merge_any", StringComparison.Ordinal)), "needs a kernel that says ksm_merge_any");
            Assert.Contains("ksm_merge_any: " + (isWhole ? "yes" : "no"), stat);
            Assert.Contains("ksm_mergeable: yes", stat);
        }
    }

    [Theory]
    [InlineData(Architecture.X64, "qemu-x86_64")]
    [InlineData(Architecture.Arm64, "qemu-aarch64")]
    public void A_kernel_that_knows_no_opt_in_of_a_whole_process_refuses_it(Architecture architecture, string emulator)
    {
        bool answers = RuntimeInformation.ProcessArchitecture == architecture && ProcessControl.ProbeMemoryMerge() == Errno.None;
        using Process holder = Start(architecture, emulator, Environment.SystemPageSize, isWhole: true);
        long answer = Read(holder.StandardOutput.BaseStream);
        Assert.True(answers ? answer > 0 : answer > 0 || answer == -(long)Errno.EINVAL, $"{answer}");
        holder.StandardInput.Close();
        Wait.Ended(holder);
    }

    [Theory]
    [MemberData(nameof(Emulators))]
    public void Without_being_told_it_ends_and_has_not_forked(Architecture architecture, string emulator)
    {
        using Process holder = Start(architecture, emulator, Environment.SystemPageSize);
        _ = Read(holder.StandardOutput.BaseStream);
        holder.StandardInput.Close();
        Wait.Ended(holder);
        Assert.Equal(-1, holder.StandardOutput.BaseStream.ReadByte());
    }

    [Theory]
    [MemberData(nameof(Emulators))]
    public void What_the_kernel_refuses_is_said(Architecture architecture, string emulator)
    {
        using Process holder = Start(architecture, emulator, 1L << 60);
        Assert.Equal(-(long)Errno.ENOMEM, Read(holder.StandardOutput.BaseStream));
        holder.StandardInput.Close();
        Wait.Ended(holder);
    }

    [Fact]
    public void What_it_is_refused_is_an_error()
    {
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => MergeableHolder.Create(int.MaxValue, Word, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorReason.MemoryInsufficient, failure.Reason);
    }

    [Fact]
    public void One_that_was_killed_is_an_error()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        using var holder = MergeableHolder.Create(PageCount, Word, TestContext.Current.CancellationToken);
        using var process = Process.GetProcessById(holder.Id);
        process.Kill();
        Assert.Equal(ErrorReason.ProcessNotFound, Assert.Throws<KsmToolsException>(() => holder.Fork(TestContext.Current.CancellationToken)).Reason);
    }

    // Who waits for it has the lock, and the settings for a while.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_does_not_react_is_not_waited_for(bool isChild)
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        var holder = MergeableHolder.Create(PageCount, Word, TestContext.Current.CancellationToken);
        int id = holder.Id;
        int child = holder.Fork(TestContext.Current.CancellationToken);
        await Process.Start("kill", ["-STOP", $"{(isChild ? child : id)}"]).WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.Run(holder.Dispose, TestContext.Current.CancellationToken).WaitAsync(Wait.Limit, TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists($"/proc/{id}"));
        Wait.Until(() => !Directory.Exists($"/proc/{child}"), "the child lives on");
    }

    [Fact]
    public void There_is_none_for_other_processors() => Assert.Null(MergeableHolderImage.Make(Architecture.S390x, 4096, Word, isWhole: false));

    public void Dispose() => _folder.Dispose();

    private static long Read(Stream output)
    {
        byte[] answer = new byte[sizeof(long)];
        output.ReadExactly(answer);
        return BitConverter.ToInt64(answer);
    }

    private static ulong[] Contents(int id, long address)
    {
        byte[] bytes = new byte[PageCount * Environment.SystemPageSize];
        using FileStream memory = File.OpenRead($"/proc/{id}/mem");
        memory.Position = address;
        memory.ReadExactly(bytes);
        return MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
    }

    private Process Start(Architecture architecture, string emulator, long length, bool isWhole = false)
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        bool native = RuntimeInformation.ProcessArchitecture == architecture;
        Assert.SkipUnless(native || File.Exists($"/usr/bin/{emulator}"), $"needs {emulator}");
        string program = Path.Combine(_folder.Path, "holder");
        File.WriteAllBytes(program, MergeableHolderImage.Make(architecture, length, Word, isWhole)!);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo(native ? program : emulator) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (!native)
        {
            start.ArgumentList.Add(program);
        }

        return Process.Start(start)!;
    }
}
