using System.Management.Automation;
using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tests.Memory;

/// <summary>System calls by number are made where the number is known, and refused elsewhere: there it would be another call's.</summary>
public sealed class ProcessorTests
{
    public static TheoryData<Architecture> Others => [.. Enum.GetValues<Architecture>().Except([Architecture.X64, Architecture.Arm64])];

    [Theory]
    [MemberData(nameof(Others))]
    public void There_are_no_numbers_for_other_processors(Architecture architecture)
    {
        Assert.Null(SystemCallNumbers.MovePages(architecture));
        Assert.Null(SystemCallNumbers.Bind(architecture));
        Assert.Null(SystemCallNumbers.Rename(architecture));
    }

    [Theory]
    [InlineData(Architecture.RiscV64)]
    [InlineData(Architecture.S390x)]
    [InlineData(Architecture.Ppc64le)]
    public void Pages_are_not_moved_there(Architecture architecture)
    {
        using MemoryTree tree = new MemoryTree().PutNodes();
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => new PageMover(tree.Kernel, architecture).Check(1));
        Assert.Equal((ErrorReason.TriggerNotSupported, (object)architecture), (failure.Reason, failure.Target));
        Assert.Contains(architecture.ToString(), failure.Message, StringComparison.Ordinal);

        using RmapRegion region = RmapRegion.Create(new KernelTree("/"), RmapPageType.Anon, 1, splitVma: false, TestContext.Current.CancellationToken);
        TriggerRefusal refusal = new MovePagesTrigger(architecture).Check(TriggerTarget.Of(new KernelTree("/"), region, 1))!;
        Assert.Equal(ErrorReason.TriggerNotSupported, refusal.ErrorReason);
        Assert.Contains(architecture.ToString(), refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_renamed_without_a_number_where_that_needs_none()
    {
        using var scratch = new TemporaryFolder();
        _ = scratch.Write("a", "a");
        _ = scratch.Write("b", "b");
        Assert.Equal(Errno.None, FolderCalls.TryOpen(null, scratch.Path, FileCalls.Folder, UnixFileMode.None, out SafeFileHandle? folder));
        using (folder)
        {
            Assert.Equal(Errno.ENOSYS, FolderCalls.TryRename(null, folder!, "a", folder!, "b", flags: 1));
            Assert.Equal("b", File.ReadAllText(Path.Combine(scratch.Path, "b")));
            Assert.Equal(Errno.None, FolderCalls.TryRename(null, folder!, "a", folder!, "b", flags: 0));
            Assert.Equal("a", File.ReadAllText(Path.Combine(scratch.Path, "b")));
        }
    }

    [Fact]
    public void A_thread_knows_its_number()
    {
        int id = PageCalls.CurrentThreadId;
        Assert.True(Directory.Exists($"/proc/{Environment.ProcessId}/task/{id}"));
        int other = 0;
        var thread = new Thread(() => other = PageCalls.CurrentThreadId);
        thread.Start();
        thread.Join();
        Assert.NotEqual(id, other);
    }

    // Their system calls take arguments of 64 bits in two parts.
    [Fact]
    public void A_process_of_32_bits_is_refused_when_the_module_is_imported()
    {
        Assert.Contains("64", Assert.Throws<PSNotSupportedException>(() => ModuleInitializer.RequireWidth(4)).Message, StringComparison.Ordinal);
        ModuleInitializer.RequireWidth(8);
    }

    [Fact]
    public void Numbers_are_in_one_place()
    {
        string[] callers = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(file).Contains("EntryPoint = \"syscall\"", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file)).Order()];
        Assert.Equal(["FolderCalls.cs", "MountCalls.cs", "PageCalls.cs"], callers);
    }
}
