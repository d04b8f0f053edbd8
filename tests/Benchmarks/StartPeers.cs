using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace KsmTools.Benchmarks;

/// <summary>What it takes until the first command runs: the module in pwsh, and ksmsh beside a host that has nothing but the engine.</summary>
internal static class StartPeers
{
    private const int Runs = 7;
    private const double ImportGoal = 0.080;

    public static void AddTo(PeerTable table)
    {
        string? manifest = Measured.Manifest();
        if (manifest is null)
        {
            return;
        }

        const string Import = "pwsh until Import-Module KsmTools is done";
        if (Measured.Find("pwsh") is { } pwsh)
        {
            double alone = Start(pwsh, "-NoProfile", "-Command", "1");
            double module = Start(pwsh, "-NoProfile", "-Command", $"Import-Module '{manifest}'");
            table.Add(Import, "pwsh until its first command", PeerTable.Seconds(alone), PeerTable.Seconds(module), PeerTable.Ratio(module / alone), "0.080 s more than the peer", module - alone <= ImportGoal);
        }
        else
        {
            table.Add(Import, "pwsh until its first command", "missing: pwsh", "", "", "0.080 s more than the peer", null);
        }

        string shell = Path.Combine(Path.GetDirectoryName(manifest)!, "src", "KsmTools.Shell", "bin", "Release", "net10.0", "ksmsh.dll");
        if (File.Exists(shell))
        {
            double host = Start("dotnet", typeof(StartPeers).Assembly.Location, "host");
            double ours = Start("dotnet", shell, "-Command", "1");
            table.Add("ksmsh -Command 1", "a bare System.Management.Automation host", PeerTable.Seconds(host), PeerTable.Seconds(ours), PeerTable.Ratio(ours / host), "within 1.3 times the peer's time", ours / host <= 1.3);
        }
    }

    /// <summary>The bare host: the engine, one command, its output.</summary>
    public static void Host()
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        foreach (PSObject item in shell.AddScript("1").Invoke())
        {
            Console.WriteLine(item);
        }
    }

    private static double Start(string program, params string[] arguments)
    {
        _ = Measured.Program(program, arguments);
        return Measured.Best(Runs, () => Measured.Program(program, arguments).Seconds);
    }
}
