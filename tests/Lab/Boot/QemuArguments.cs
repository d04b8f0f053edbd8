using KsmTools.Lab.Kernels;

namespace KsmTools.Lab.Boot;

/// <summary>The machine that a kernel gets: one processor, two NUMA nodes, the host's files and a share.</summary>
internal static class QemuArguments
{
    private const int NodeMegabytes = 1024;

    /// <param name="kernel">What to boot.</param>
    /// <param name="initramfs">Its first files.</param>
    /// <param name="console">Where the kernel's console is written to.</param>
    /// <param name="share">A folder that the guest may write to.</param>
    public static IEnumerable<string> Build(LabKernel kernel, string initramfs, string console, string share) =>
    [
        "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
        // The guest is not to be merged on the host, where other tests count what is. A backend's merge=off alone does not do it: the machine offers its memory again.
        "-machine", "pc,mem-merge=off",
        // Two virtual processors crash the guest or are much slower when trace events are switched under emulation.
        "-accel", "tcg,thread=single", "-smp", "1",
        // .NET restores a thread's context with IRET in user mode, which faults under SMAP before QEMU 9.1, and the guest panics.
        "-cpu", "max,-smap",
        "-m", $"{2 * NodeMegabytes}M",
        "-object", $"memory-backend-ram,id=m0,size={NodeMegabytes}M", "-numa", "node,nodeid=0,cpus=0,memdev=m0",
        "-object", $"memory-backend-ram,id=m1,size={NodeMegabytes}M", "-numa", "node,nodeid=1,memdev=m1",
        "-kernel", kernel.Image, "-initrd", initramfs,
        // A panic ends QEMU; an oops is a panic, so that no check goes on with a damaged kernel.
        "-append", "console=ttyS0 loglevel=5 panic=-1 oops=panic mitigations=off",
        "-serial", "file:" + Escape(console), "-serial", "stdio",
        "-virtfs", $"local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
        "-virtfs", $"local,path={Escape(share)},mount_tag=share,security_model=none",
    ];

    // QEMU's options end at a comma; two stand for one.
    private static string Escape(string path) => path.Replace(",", ",,", StringComparison.Ordinal);
}
