using System.Text.RegularExpressions;
using KsmTools.Lab.Host;

namespace KsmTools.Lab.Kernels;

/// <summary>A kernel as Debian ships it, unpacked into the cache: nothing is installed on the host.</summary>
/// <param name="name">What the lab calls it.</param>
/// <param name="packagePattern">Its packages; the first group is the number that grows with each release.</param>
internal sealed class DebianKernel(string name, string packagePattern) : IKernelSource
{
    private static string CacheFolder => Path.Combine(LabCache.Root, "debian");

    public string Name => name;

    public LabKernel? FindReady()
    {
        if (!Directory.Exists(CacheFolder))
        {
            return null;
        }

        // A folder is called as the package file: name_version_architecture.
        string? newest = Newest(Directory.GetDirectories(CacheFolder), folder => Path.GetFileName(folder).Split('_')[0]);
        return newest is null ? null : Describe(newest);
    }

    public LabKernel Make(Action<string> progress)
    {
        string package = Newest(DebianPackages.Names("linux-image-6."), found => found)
            ?? throw new LabUnavailableException($"apt knows no package that matches {packagePattern}; try apt-get update");
        string file = DebianPackages.FileName(package);
        return Describe(LabCache.GetOrFill(Path.Combine("debian", Path.GetFileNameWithoutExtension(file)), folder =>
        {
            progress($"fetching {file}");
            DebianPackages.Unpack(package, folder);
        }));
    }

    private LabKernel Describe(string folder)
    {
        string image = Directory.GetFiles(Path.Combine(folder, "boot"), "vmlinuz-*").Single();
        string release = Path.GetFileName(image)["vmlinuz-".Length..];
        string modules = Path.Combine(folder, "lib/modules", release);
        return new LabKernel(name, release, image, Directory.Exists(modules) ? modules : Path.Combine(folder, "usr/lib/modules", release));
    }

    private string? Newest(IEnumerable<string> candidates, Func<string, string> packageOf) =>
        candidates
            .Select(candidate => (candidate, match: Regex.Match(packageOf(candidate), packagePattern)))
            .Where(pair => pair.match.Success)
            .OrderByDescending(pair => int.Parse(pair.match.Groups[1].Value, provider: null))
            .Select(pair => pair.candidate).FirstOrDefault();
}
