using System.Security.Cryptography;

namespace KsmTools.Lab.Host;

/// <summary>
/// Assemblies compiled ahead, because the guest's processor is an emulated one and compiling at run time is what takes longest
/// there. Each is kept in the cache under the hash of what it was made from and takes the original's place in the guest.
/// </summary>
internal static class ReadyToRunImages
{
    private static readonly string[] PowerShell = ["ksmsh.dll", "System.Management.Automation.dll", "Microsoft.PowerShell.*.dll"];

    /// <summary>Pairs of a compiled assembly and the path of the one that it replaces; empty where there is no compiler.</summary>
    public static IReadOnlyList<(string Image, string Original)> Make(Action<string> progress)
    {
        string? compiler = Crossgen.Find(progress);
        return compiler is null ? [] : [.. Originals().Select(original => (Compile(compiler, original, progress), original))];
    }

    // PowerShell and the module; what else lies beside them is seldom loaded, and much of it is an image already.
    private static IEnumerable<string> Originals() =>
        PowerShell.SelectMany(pattern => Directory.EnumerateFiles(GuestShell.Folder, pattern))
            .Concat(Directory.EnumerateFiles(GuestShell.ModuleFolder, "*.dll", SearchOption.AllDirectories));

    private static string Compile(string compiler, string original, Action<string> progress)
    {
        byte[] content = File.ReadAllBytes(original);
        string hash = Convert.ToHexStringLower(SHA256.HashData([.. content, .. System.Text.Encoding.UTF8.GetBytes(compiler)]))[..32];
        string name = Path.GetFileName(original);
        string folder = LabCache.GetOrFill(Path.Combine("compiled", $"{Path.GetFileNameWithoutExtension(name)}-{hash}"), folder =>
        {
            progress($"compiling {name} ahead");
            string[] references = [Crossgen.FrameworkFolder, GuestShell.Folder, Path.GetDirectoryName(original)!, GuestShell.ModuleFolder];
            try
            {
                Tool.Run(compiler,
                [
                    original, "--targetos:linux", "--targetarch:x64", "-O", "-o", Path.Combine(folder, name),
                    .. references.Distinct().SelectMany(reference => new[] { "-r", Path.Combine(reference, "*.dll") }),
                ]);
            }
            catch (LabUnavailableException)
            {
                // Some assemblies are images already; they stay as they are.
                File.Copy(original, Path.Combine(folder, name), overwrite: true);
            }
        });
        return Path.Combine(folder, name);
    }
}
