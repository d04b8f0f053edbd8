using KsmTools.Memory;

namespace KsmTools.Tests.Memory;

/// <summary>What the kernel's flags of a mapping mean for KSM.</summary>
public sealed class ProcessVmaTests : IDisposable
{
    private readonly MemoryTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("rd wr mr mw me ac", true)]
    [InlineData("rd wr mr mw me ac mg", true)]
    [InlineData("rd wr mr mw me ac nh nr", true)]
    [InlineData("rd wr sh mr mw me ms ac", false)]
    [InlineData("rd mr me ms", false)]
    [InlineData("rd wr mr mw me io", false)]
    [InlineData("rd wr mr mw me de", false)]
    [InlineData("rd wr mr mw me pf", false)]
    [InlineData("rd wr mr mw me mm", false)]
    [InlineData("rd wr mr mw me ht", false)]
    [InlineData("rd wr mr mw me dp", false)]
    public void What_can_never_be_merged_is_known_by_its_flags(string flags, bool isCompatible)
    {
        _tree.Put($"/proc/{MemoryTree.Id}/smaps", $"7f0000000000-7f0000200000 rw-p 00000000 00:00 0 \nRss:      2048 kB\nAnonymous:      2048 kB\nKSM:       0 kB\nVmFlags: {flags} \n");
        ProcessVma vma = Assert.Single(ProcessVmas.Read(_tree.Kernel, MemoryTree.Id, TestContext.Current.CancellationToken));
        Assert.Equal((isCompatible, flags.EndsWith(" mg", StringComparison.Ordinal), 2L << 20), (vma.IsKsmCompatible, vma.IsMergeable, vma.AnonymousBytes));
    }
}
