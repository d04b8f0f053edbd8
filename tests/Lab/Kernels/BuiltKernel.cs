using System.Security.Cryptography;
using KsmTools.Lab.Debian;
using KsmTools.Lab.Host;

namespace KsmTools.Lab.Kernels;

/// <summary>
/// Debian's source of 7.3 with the patches of <c>tests/Lab/kernel</c>, built with its configuration and everything built in. The
/// cache's key is the source's version and a hash of patches and configuration; one build makes every image.
/// </summary>
/// <param name="name">What the lab calls it.</param>
/// <param name="archive">Where the source is.</param>
/// <param name="image">Which image of the build: <see cref="Bounded"/>, <see cref="Unbounded"/> or <see cref="AddressDerived"/>.</param>
internal sealed class BuiltKernel(string name, DebianArchive archive, string image) : IKernelSource
{
    /// <summary>Walks of KSM pages as in 7.3.</summary>
    public const string Bounded = "vmlinux";

    /// <summary>Walks of KSM pages as before it.</summary>
    public const string Unbounded = "vmlinux-unbounded";

    /// <summary>Walks of KSM pages go by the page's address alone, and miss what mremap(2) has moved.</summary>
    public const string AddressDerived = "vmlinux-address-derived";

    private const string SourcePackage = "linux-source-7.3";

    // What is switched on for an image beside the configuration. Nothing but mm/ksm.c asks for it: all else is built by the first.
    private static readonly (string Image, string? Switch)[] Images =
    [
        (Bounded, null), (Unbounded, "CONFIG_KSM_UNBOUNDED_RMAP_WALK"), (AddressDerived, "CONFIG_KSM_ADDRESS_DERIVED_RMAP_WALK"),
    ];

    // Programs and headers that the build needs beside the C compiler, with the packages that have them.
    private static readonly (string Name, string Package)[] Programs =
    [
        ("make", "make"), ("gcc", "gcc"), ("flex", "flex"), ("bison", "bison"), ("bc", "bc"), ("xz", "xz-utils"), ("patch", "patch"), ("perl", "perl"),
        ("pahole", "dwarves"),
    ];

    private static readonly (string Name, string Package)[] Headers = [("/usr/include/gelf.h", "libelf-dev")];

    public string Name => name;

    private static string Folder => Path.Combine(GuestShell.Checkout, "tests/Lab/kernel");

    private static IEnumerable<string> Patches => Directory.GetFiles(Folder, "*.patch").Order(StringComparer.Ordinal);

    public LabKernel? FindReady()
    {
        string builds = Path.Combine(LabCache.Root, "built");
        string? newest = Directory.Exists(builds)
            ? Directory.GetDirectories(builds, $"{SourcePackage}_*-{Hash()}").OrderByDescending(Directory.GetCreationTimeUtc).FirstOrDefault()
            : null;
        return newest is null ? null : Describe(newest);
    }

    public LabKernel Make(Action<string> progress)
    {
        string version = archive.FileName(SourcePackage).Split('_')[1];
        return Describe(LabCache.GetOrFill(Path.Combine("built", $"{SourcePackage}_{version}-{Hash()}"), folder => Build(folder, progress)));
    }

    private LabKernel Describe(string folder) =>
        new(name, File.ReadAllText(Path.Combine(folder, "release")).Trim(), Path.Combine(folder, image), ModulesFolder: null);

    private static string Hash()
    {
        byte[] input = [.. Patches.Append(Path.Combine(Folder, "config")).SelectMany(File.ReadAllBytes)];
        return Convert.ToHexStringLower(SHA256.HashData(input))[..16];
    }

    private void Build(string folder, Action<string> progress)
    {
        foreach ((string program, string package) in Programs)
        {
            Tool.Find(program, package);
        }

        foreach ((string header, string package) in Headers)
        {
            _ = File.Exists(header) ? header : throw new LabUnavailableException($"there is no {header}; install it: apt-get install {package}");
        }

        string work = Path.Combine(folder, "work");
        progress($"fetching {SourcePackage}");
        archive.Unpack([SourcePackage], work);
        Tool.Run("tar", ["-xf", Path.Combine(work, "usr/src", SourcePackage + ".tar.xz"), "-C", work]);
        string source = Path.Combine(work, SourcePackage);
        foreach (string patch in Patches)
        {
            Step("patch", ["-p1", "--no-backup-if-mismatch", "-i", patch], source);
        }

        progress($"building {Images.Length} kernels from it; this takes 10 minutes or more");
        string[] wanted = [.. File.ReadLines(Path.Combine(Folder, "config")).Where(line => line.StartsWith("CONFIG_", StringComparison.Ordinal))];
        foreach ((string image, string? walks) in Images)
        {
            Step("make", ["-s", "allnoconfig", "KCONFIG_ALLCONFIG=" + Path.Combine(Folder, "config")], source);
            if (walks is not null)
            {
                Step(Path.Combine(source, "scripts/config"), ["-e", walks], source);
                Step("make", ["-s", "olddefconfig"], source);
            }

            RequireConfiguration(source, walks is null ? wanted : [.. wanted, walks + "=y"]);
            BuildImage(source, folder, image);
        }

        File.WriteAllText(Path.Combine(folder, "release"), Step("make", ["-s", "kernelrelease"], source));
        Directory.Delete(work, recursive: true);
    }

    private static void BuildImage(string source, string folder, string image)
    {
        Step("make", ["-s", $"-j{Environment.ProcessorCount}", "vmlinux"], source);
        File.Copy(Path.Combine(source, ".config"), Path.Combine(folder, image + ".config"));
        File.Copy(Path.Combine(source, "System.map"), Path.Combine(folder, image + ".map"));
        Step("strip", ["-o", Path.Combine(folder, image), "vmlinux"], source);
    }

    // Kconfig drops what depends on something that is off without a word.
    private static void RequireConfiguration(string source, IEnumerable<string> wanted)
    {
        HashSet<string> got = [.. File.ReadLines(Path.Combine(source, ".config"))];
        string[] missing = [.. wanted.Where(line => !got.Contains(line))];
        if (missing.Length > 0)
        {
            throw new LabFailedException($"the kernel's configuration has no {string.Join(", ", missing)}");
        }
    }

    // What fails from here on is this project's own: a failure, not a reason to skip.
    private static string Step(string program, IEnumerable<string> arguments, string folder)
    {
        try
        {
            return Tool.Run(program, arguments, folder);
        }
        catch (LabUnavailableException e)
        {
            throw new LabFailedException($"a kernel could not be built: {e.Message}");
        }
    }
}
