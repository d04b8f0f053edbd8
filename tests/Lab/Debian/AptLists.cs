using KsmTools.Lab.Host;

namespace KsmTools.Lab.Debian;

/// <summary>
/// Lists of packages of other suites than the machine's, in the lab's cache: the machine's sources, lists and downloaded packages stay as they are. They come from where the
/// machine's own packages come from, and by its proxies.
/// </summary>
internal static class AptLists
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>Fetches what has changed.</summary>
    /// <param name="suites">The suites.</param>
    /// <returns>A configuration file for apt's programs.</returns>
    /// <exception cref="LabUnavailableException">They cannot be had, and why.</exception>
    public static string Renew(IReadOnlyList<string> suites)
    {
        string apt = Tool.Find("apt-get", "apt");
        string folder = Path.Combine(LabCache.Root, "apt", string.Join('+', suites));
        Directory.CreateDirectory(Path.Combine(folder, "none"));
        using FileStream renewing = LabCache.Lock(folder + ".lock");
        string signed = File.Exists(Keyring) ? $"[signed-by={Keyring}] " : "";
        string mirror = Mirror(apt);
        File.WriteAllLines(Path.Combine(folder, "sources.list"), suites.Select(suite => $"deb {signed}{mirror} {suite} main"));
        File.WriteAllText(Path.Combine(folder, "status"), "");
        string configuration = Path.Combine(folder, "apt.conf");
        File.WriteAllText(configuration, Configuration(folder));
        Tool.Run(apt, ["-c", configuration, "-qq", "update"]);
        return configuration;
    }

    // Read after the machine's own. What that has done after an update, or fetched for other programs, is none of the lab's business.
    private static string Configuration(string folder) => $"""
        Dir::State "{folder}";
        Dir::State::status "{folder}/status";
        Dir::Cache "{folder}";
        Dir::Cache::pkgcache "pkgcache.bin";
        Dir::Etc::sourcelist "{folder}/sources.list";
        Dir::Etc::sourceparts "{folder}/none";
        Dir::Etc::preferences "{folder}/none/preferences";
        Dir::Etc::preferencesparts "{folder}/none";
        APT::Sandbox::User "root";
        APT::Update::Error-Mode "any";
        Acquire::Languages "none";
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;
        #clear Acquire::IndexTargets::deb::DEP-11;
        #clear Acquire::IndexTargets::deb::DEP-11-icons-small;
        #clear Acquire::IndexTargets::deb::DEP-11-icons;

        """;

    private static string Mirror(string apt) =>
        Tool.Run(apt, ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]).Split('\n').FirstOrDefault(uri => uri.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal))
        ?? throw new LabUnavailableException("this machine's apt has no Debian archive to fetch a kernel from");
}
