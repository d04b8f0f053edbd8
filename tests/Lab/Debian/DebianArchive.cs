using KsmTools.Lab.Host;

namespace KsmTools.Lab.Debian;

/// <summary>Packages of Debian, downloaded and unpacked without being installed.</summary>
internal sealed class DebianArchive
{
    private readonly Lazy<string[]> _options;

    private DebianArchive(Func<string[]> options) => _options = new Lazy<string[]>(options);

    /// <summary>The release that runs here, as the machine's own lists have it.</summary>
    public static DebianArchive OfThisMachine { get; } = new(() => []);

    /// <summary>Some suites, whatever runs here, with lists of their own.</summary>
    /// <param name="suites">Such as <c>sid</c>.</param>
    public static DebianArchive Of(params string[] suites) => new(() => ["-c", AptLists.Renew(suites)]);

    /// <summary>The names of all packages that begin so.</summary>
    public IEnumerable<string> Names(string beginning) => Lines("apt-cache", "pkgnames", beginning);

    /// <summary>The packages that one needs.</summary>
    public IEnumerable<string> Dependencies(string package) =>
        Lines("apt-cache", "depends", "--important", package).Select(line => line.Trim().Split(": ")).Where(words => words is ["Depends" or "PreDepends", _]).Select(words => words[1]);

    /// <summary>The name of a package's newest file: name, version and architecture.</summary>
    public string FileName(string package)
    {
        // 'http://...' name_version_architecture.deb size hash
        string line = Lines("apt-get", "download", "--print-uris", package).FirstOrDefault() ?? "";
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var file, ..]
            ? Uri.UnescapeDataString(file)
            : throw new LabUnavailableException($"apt has no file of the package {package}; try apt-get update");
    }

    /// <summary>Unpacks the files of packages below one folder.</summary>
    public void Unpack(IEnumerable<string> packages, string folder)
    {
        string dpkg = Tool.Find("dpkg-deb", "dpkg");
        string download = folder + ".deb";
        Directory.CreateDirectory(download);
        try
        {
            Tool.Run(Tool.Find("apt-get", "apt"), [.. _options.Value, "-qq", "-o", "APT::Sandbox::User=root", "download", .. packages], download);
            foreach (string file in Directory.GetFiles(download, "*.deb"))
            {
                Tool.Run(dpkg, ["-x", file, folder]);
            }
        }
        finally
        {
            Directory.Delete(download, recursive: true);
        }
    }

    private string[] Lines(string program, params string[] arguments) =>
        Tool.Run(Tool.Find(program, "apt"), [.. _options.Value, .. arguments]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
