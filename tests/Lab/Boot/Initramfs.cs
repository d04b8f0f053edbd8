using KsmTools.Lab.Host;
using KsmTools.Lab.Kernels;

namespace KsmTools.Lab.Boot;

/// <summary>The first files of a guest: a static busybox, the modules that reach the host's files, and what to do with them.</summary>
internal static class Initramfs
{
    // zram is the swap device of those who reclaim memory.
    private static readonly string[] Needed = ["virtio_pci", "9pnet_virtio", "9p", "overlay", "zram"];

    public static void Write(string path, LabKernel kernel)
    {
        using FileStream stream = File.Create(path);
        var archive = new CpioArchive(stream);
        archive.AddFolder("bin");
        archive.AddFile("bin/busybox", File.ReadAllBytes(StaticBusybox()));
        archive.AddFile("init", Script("init.sh"));
        archive.AddFile("session.sh", Script("session.sh"));
        archive.AddFolder("modules");
        IReadOnlyList<(string Name, byte[] Content)> modules = kernel.ModulesFolder is null ? [] : KernelModules.Collect(kernel.ModulesFolder, Needed);
        archive.AddFile("modules/order", string.Concat(modules.Select(module => module.Name + '\n')));
        foreach ((string name, byte[] content) in modules)
        {
            archive.AddFile("modules/" + name, content);
        }

        archive.Finish();
    }

    private static string StaticBusybox()
    {
        string busybox = Tool.Find("busybox", "busybox-static");
        return File.ReadAllBytes(busybox).AsSpan().IndexOf("/lib64/ld-linux"u8) < 0
            ? busybox
            : throw new LabUnavailableException($"{busybox} needs shared libraries; install the static one: apt-get install busybox-static");
    }

    private static string Script(string name)
    {
        using Stream stream = typeof(Initramfs).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
