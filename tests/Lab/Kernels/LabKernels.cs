using KsmTools.Lab.Debian;

namespace KsmTools.Lab.Kernels;

/// <summary>The kernels that the lab knows.</summary>
public static class LabKernels
{
    // What is not in a stable release comes from where it was made for, or was moved to.
    private static readonly DebianArchive Newer = DebianArchive.Of("trixie-backports", "forky", "sid");

    private static readonly IKernelSource[] Sources =
    [
        new DebianKernel("6.1", DebianArchive.OfThisMachine, @"^linux-image-6\.1\.0-(\d+)-amd64$"),
        new DebianKernel("6.12", DebianArchive.OfThisMachine, @"^linux-image-6\.12\.(\d+)(\+deb\d+)?-amd64$"),
        new DebianKernel("7.2", Newer, @"^linux-image-7\.2\.(\d+)(\+deb\d+)?-amd64$"),
        new DebianKernel("7.3", Newer, @"^linux-image-7\.3\.(\d+)(\+deb\d+)?-amd64$"),
        new BuiltKernel("7.3-native", Newer, BuiltKernel.Bounded),
        new BuiltKernel("7.3-native-unbounded", Newer, BuiltKernel.Unbounded),
        new BuiltKernel("7.3-native-address-derived", Newer, BuiltKernel.AddressDerived),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Sources.Select(source => source.Name)];

    /// <summary>A kernel that is ready in the lab's cache, or null.</summary>
    public static LabKernel? FindReady(string name) => Source(name).FindReady();

    /// <summary>A kernel, fetched or built first where it is not ready.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="progress">Told what takes time.</param>
    /// <exception cref="LabUnavailableException">A tool or package is missing.</exception>
    public static LabKernel Prepare(string name, Action<string> progress) => Source(name).FindReady() ?? Source(name).Make(progress);

    /// <summary>The newest kernel there is, fetched or built where the cache has only an older one or none.</summary>
    /// <exception cref="LabUnavailableException">A tool or package is missing.</exception>
    public static LabKernel Renew(string name, Action<string> progress) => Source(name).Make(progress);

    private static IKernelSource Source(string name) =>
        Sources.FirstOrDefault(source => source.Name == name)
        ?? throw new ArgumentException($"There is no kernel '{name}'. The kernels are {string.Join(", ", Names)}.", nameof(name));
}
