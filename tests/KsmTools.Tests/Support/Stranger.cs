using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>Another user of the machine, <c>nobody</c>, who means no good; and a folder for root and that user to meet in. Needs root.</summary>
internal sealed class Stranger : IDisposable
{
    public const uint Id = 65534;

    private readonly TemporaryFolder _folder = new();

    public Stranger()
    {
        Needs.Root();
        Needs.Program("setpriv");
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1ed);
        Victim = _folder.Write("victim", "root's own");
        File.SetUnixFileMode(Victim, (UnixFileMode)0x1a0);
    }

    /// <summary>A file of root's, mode 0640.</summary>
    public string Victim { get; }

    /// <summary>Makes a folder.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="userId">Its owner.</param>
    /// <param name="mode">Its mode, octal.</param>
    public string Folder(string name, uint userId, string mode)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(path);
        Shell($"chown {userId} {path}; chmod {mode} {path}");
        return path;
    }

    /// <summary>Has the stranger run a script of sh.</summary>
    public static void Does(string script) =>
        Finish(Process.Start(new ProcessStartInfo("setpriv", ["--reuid", $"{Id}", "--regid", $"{Id}", "--clear-groups", "sh", "-e", "-c", script]))!);

    /// <summary>Has root run a script of sh.</summary>
    public static void Shell(string script) => Finish(Process.Start(new ProcessStartInfo("sh", ["-e", "-c", script]))!);

    /// <summary>Whether the victim is what it was.</summary>
    public void AssertVictimIsUntouched()
    {
        Assert.Equal("root's own", File.ReadAllText(Victim));
        Assert.Equal((0u, (UnixFileMode)0x1a0), OwnerAndMode(Victim));
    }

    /// <summary>Whose a file is, and who may do what with it.</summary>
    public static (uint UserId, UnixFileMode Mode) OwnerAndMode(string path)
    {
        Assert.Equal(Interop.Errno.None, Interop.FileStatus.TryGet(path, out Interop.FileStatus status));
        return (status.UserId, status.Mode);
    }

    public void Dispose() => _folder.Dispose();

    private static void Finish(Process process)
    {
        using (process)
        {
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
