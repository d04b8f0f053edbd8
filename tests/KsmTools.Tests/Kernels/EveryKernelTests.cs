namespace KsmTools.Tests.Kernels;

[Collection(KernelsLast.Prefix + Debian61.Kernel)]
public sealed class Debian61Tests(Debian61 lab) : KernelTests<Debian61>(lab)
{
    private protected override string[] Sources => ["Kprobe", "MigrationPte"];

    private protected override bool WalksAreBounded => false;

    private protected override string FileWalk => "rmap_walk_file";
}

[Collection(KernelsLast.Prefix + Debian612.Kernel)]
public sealed class Debian612Tests(Debian612 lab) : KernelTests<Debian612>(lab)
{
    private protected override string[] Sources => ["Fprobe", "Kprobe", "MigrationPte"];

    private protected override bool WalksAreBounded => false;

    private protected override string FileWalk => "rmap_walk_file";
}

[Collection(KernelsLast.Prefix + Debian72.Kernel)]
public sealed class Debian72Tests(Debian72 lab) : KernelTests<Debian72>(lab)
{
    private protected override string[] Sources => ["Fprobe", "Kprobe", "MigrationPte"];

    private protected override bool WalksAreBounded => false;
}

[Collection(KernelsLast.Prefix + Debian73.Kernel)]
public sealed class Debian73Tests(Debian73 lab) : KernelTests<Debian73>(lab)
{
    private protected override string[] Sources => ["Fprobe", "Kprobe", "MigrationPte"];

    private protected override bool WalksAreBounded => true;
}

[Collection(KernelsLast.Prefix + Native.Kernel)]
public sealed class NativeTests(Native lab) : KernelTests<Native>(lab)
{
    private protected override string[] Sources => ["Tracepoint", "Fprobe", "Kprobe", "MigrationPte"];

    private protected override bool WalksAreBounded => true;
}

[Collection(KernelsLast.Prefix + NativeUnbounded.Kernel)]
public sealed class NativeUnboundedTests(NativeUnbounded lab) : KernelTests<NativeUnbounded>(lab)
{
    private protected override string[] Sources => ["Tracepoint", "Fprobe", "Kprobe", "MigrationPte"];

    private protected override bool WalksAreBounded => false;
}

/// <summary>Its walks are as short as bounded ones, and the member that tells these is there; only what was moved shows that they are wrong.</summary>
[Collection(KernelsLast.Prefix + NativeAddressDerived.Kernel)]
public sealed class NativeAddressDerivedTests(NativeAddressDerived lab) : KernelTests<NativeAddressDerived>(lab)
{
    private protected override string[] Sources => ["Tracepoint", "Fprobe", "Kprobe", "MigrationPte"];

    private protected override bool WalksAreBounded => true;

    private protected override string[] Missed => ["Mremap", "Tree"];
}
