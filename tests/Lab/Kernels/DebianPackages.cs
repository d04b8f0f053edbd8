using KsmTools.Lab.Host;

namespace KsmTools.Lab.Kernels;

/// <summary>Packages of the Debian release that runs here, downloaded and unpacked without being installed.</summary>
internal static class DebianPackages
{
    /// <summary>The names of all packages that begin so.</summary>
    public static IEnumerable<string> Names(string beginning) =>
        Tool.Run(Tool.Find("apt-cache", "apt"), ["pkgnames", beginning]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The name of a package's newest file: name, version and architecture.</summary>
    public static string FileName(string package)
    {
        // 'http://...' name_version_architecture.deb size hash
        string line = Tool.Run(Tool.Find("apt-get", "apt"), ["download", "--print-uris", package]);
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var file, ..]
            ? Uri.UnescapeDataString(file)
            : throw new LabUnavailableException($"apt has no file of the package {package}; try apt-get update");
    }

    /// <summary>Unpacks a package's files below a folder.</summary>
    public static void Unpack(string package, string folder)
    {
        string dpkg = Tool.Find("dpkg-deb", "dpkg");
        string download = folder + ".deb";
        Directory.CreateDirectory(download);
        try
        {
            Tool.Run(Tool.Find("apt-get", "apt"), ["-qq", "-o", "APT::Sandbox::User=root", "download", package], download);
            Tool.Run(dpkg, ["-x", Directory.GetFiles(download, "*.deb").Single(), folder]);
        }
        finally
        {
            Directory.Delete(download, recursive: true);
        }
    }
}
