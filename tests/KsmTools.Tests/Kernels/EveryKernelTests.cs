namespace KsmTools.Tests.Kernels;

public sealed class Debian61Tests(Debian61 lab) : KernelTests<Debian61>(lab)
{
    private protected override string[] Sources => ["Kprobe", "MigrationPte"];

    [Fact]
    public void Walks_of_KSM_pages_are_long() => Assert.InRange(Burden, 500, double.MaxValue);
}

public sealed class Debian612Tests(Debian612 lab) : KernelTests<Debian612>(lab)
{
    private protected override string[] Sources => ["Fprobe", "Kprobe", "MigrationPte"];

    [Fact]
    public void Walks_of_KSM_pages_are_long() => Assert.InRange(Burden, 500, double.MaxValue);
}

public sealed class NativeTests(Native lab) : KernelTests<Native>(lab)
{
    private protected override string[] Sources => ["Tracepoint", "Fprobe", "Kprobe", "MigrationPte"];

    [Fact]
    public void Walks_of_KSM_pages_are_long() => Assert.InRange(Burden, 500, double.MaxValue);

    [Fact]
    public void It_has_trace_events_and_walks_without_bounds()
    {
        Assert.True(Answers.Native);
        Assert.Equal("N", Answers.Bounded);
    }

    [Fact]
    public void Bounds_shorten_walks_in_the_running_kernel() =>
        Assert.InRange(Answers.Walks["Ksm"].MeanNanoseconds / Answers.OtherWalks!["Ksm"].MeanNanoseconds, 20, double.MaxValue);
}

public sealed class NativeFixedTests(NativeFixed lab) : KernelTests<NativeFixed>(lab)
{
    private protected override string[] Sources => ["Tracepoint", "Fprobe", "Kprobe", "MigrationPte"];

    [Fact]
    public void It_has_trace_events_and_walks_within_bounds()
    {
        Assert.True(Answers.Native);
        Assert.Equal("Y", Answers.Bounded);
    }

    [Fact]
    public void Walks_take_long_again_without_bounds() =>
        Assert.InRange(Answers.OtherWalks!["Ksm"].MeanNanoseconds / Answers.Walks["Ksm"].MeanNanoseconds, 20, double.MaxValue);
}
