using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>A little swap space on the disk, as long as a test needs it.</summary>
internal sealed class SwapFile : IDisposable
{
    private const int Bytes = 4 << 20;

    private readonly string _path;

    private SwapFile(string path) => _path = path;

    /// <summary>Adds it; null where the kernel or the file system has none.</summary>
    /// <param name="folder">Where the file is made.</param>
    public static SwapFile? TryAdd(TemporaryFolder folder)
    {
        string path = folder.Write("swap", string.Empty);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, new byte[Bytes]);
        return Succeeds("mkswap", path) && Succeeds("swapon", path) ? new SwapFile(path) : null;
    }

    public void Dispose() => Assert.True(Succeeds("swapoff", _path), $"{_path} is still swapped to");

    private static bool Succeeds(string program, string path)
    {
        string found = $"/usr/sbin/{program}";
        if (!File.Exists(found))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(found, [path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
