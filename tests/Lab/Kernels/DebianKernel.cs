using System.Text.RegularExpressions;
using KsmTools.Lab.Debian;
using KsmTools.Lab.Host;

namespace KsmTools.Lab.Kernels;

/// <summary>A kernel as Debian ships it, unpacked into the cache: nothing is installed on the host.</summary>
/// <param name="name">What the lab calls it.</param>
/// <param name="archive">Where it is.</param>
/// <param name="packagePattern">Its packages; the first group is the number that grows with each release.</param>
internal sealed partial class DebianKernel(string name, DebianArchive archive, string packagePattern) : IKernelSource
{
    private const string Beginning = "linux-image-";

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
        string package = Newest(archive.Names(Beginning), found => found)
            ?? throw new LabUnavailableException($"apt knows no package that matches {packagePattern}; try apt-get update");
        string file = archive.FileName(package);
        return Describe(LabCache.GetOrFill(Path.Combine("debian", Path.GetFileNameWithoutExtension(file)), folder =>
        {
            progress($"fetching {file}");
            archive.Unpack([package, .. archive.Dependencies(package).Where(needed => Part().IsMatch(needed))], folder);
        }));
    }

    private LabKernel Describe(string folder)
    {
        // Since 7.x the image stands beside its modules; before, they were in the two places that /boot and /lib have.
        string[] places = [Path.Combine(folder, "usr/lib/modules"), Path.Combine(folder, "lib/modules")];
        string modules = places.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Single();
        string release = Path.GetFileName(modules);
        string image = Path.Combine(modules, "vmlinuz");
        return new LabKernel(name, release, File.Exists(image) ? image : Path.Combine(folder, "boot", "vmlinuz-" + release), modules);
    }

    // An image of 7.x is empty, and needs packages that have the image, the modules, and what is built in.
    [GeneratedRegex("^linux-(binary|modules|base)-")]
    private static partial Regex Part();

    private string? Newest(IEnumerable<string> candidates, Func<string, string> packageOf) =>
        candidates
            .Select(candidate => (candidate, match: Regex.Match(packageOf(candidate), packagePattern)))
            .Where(pair => pair.match.Success)
            .OrderByDescending(pair => int.Parse(pair.match.Groups[1].Value, provider: null))
            .Select(pair => pair.candidate).FirstOrDefault();
}
