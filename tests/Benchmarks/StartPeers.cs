using System.Globalization;

namespace KsmTools.Benchmarks;

/// <summary>What it takes until the first command runs: the module beside one that has a single empty cmdlet, and ksmsh beside pwsh itself.</summary>
internal static class StartPeers
{
    private const int Runs = 15;
    private const double ImportGoal = 0.070;
    private const double ShellGoal = 1.2;

    public static void AddTo(PeerTable table, string folder)
    {
        string? manifest = Measured.Manifest();
        if (manifest is null)
        {
            return;
        }

        string? pwsh = Shells.Pwsh(manifest);
        Import(table, pwsh, manifest, folder);
        Shell(table, pwsh, Shells.Ksmsh(manifest));
    }

    private static void Import(PeerTable table, string? pwsh, string manifest, string folder)
    {
        const string What = "pwsh until Import-Module KsmTools is done";
        const string Peer = "the same with a binary module of one empty cmdlet";
        string goal = string.Create(CultureInfo.InvariantCulture, $"{ImportGoal:0.000} s more than the peer");
        if (pwsh is null)
        {
            table.Add(What, Peer, "missing: pwsh", "", "", goal, null);
            return;
        }

        string empty = EmptyModule(pwsh, folder);
        (double theirs, double ours) = Start((pwsh, ["-NoProfile", "-Command", $"Import-Module '{empty}'"]), (pwsh, ["-NoProfile", "-Command", $"Import-Module '{manifest}'"]));
        string more = string.Create(CultureInfo.InvariantCulture, $"{ours - theirs:+0.000;-0.000} s");
        table.Add(What, Peer, PeerTable.Seconds(theirs), PeerTable.Seconds(ours), more, goal, ours - theirs <= ImportGoal);
    }

    private static void Shell(PeerTable table, string? pwsh, string? ksmsh)
    {
        const string What = "ksmsh -Command 1";
        const string Peer = "pwsh -NoProfile -Command 1";
        string goal = string.Create(CultureInfo.InvariantCulture, $"within {ShellGoal:0.0} times the peer's time");
        if (pwsh is null || ksmsh is null)
        {
            table.Add(What, Peer, pwsh is null ? "missing: pwsh" : "", pwsh is null ? "" : "missing: ksmsh", "", goal, null);
            return;
        }

        (double theirs, double ours) = Start((pwsh, ["-NoProfile", "-Command", "1"]), (ksmsh, ["-Command", "1"]));
        table.Add(What, Peer, PeerTable.Seconds(theirs), PeerTable.Seconds(ours), PeerTable.Ratio(ours / theirs), goal, ours / theirs <= ShellGoal);
    }

    /// <summary>Compiled once, before anything is timed; its manifest says as much about it as ours.</summary>
    private static string EmptyModule(string pwsh, string folder)
    {
        string assembly = Path.Combine(folder, "EmptyModule.dll");
        const string Source = "using System.Management.Automation; [Cmdlet(VerbsCommon.Get, \"Empty\")] public sealed class GetEmptyCommand : PSCmdlet { }";
        _ = Measured.Program(pwsh, "-NoProfile", "-Command", $"Add-Type -TypeDefinition '{Source}' -OutputAssembly '{assembly}'");
        string manifest = Path.ChangeExtension(assembly, ".psd1");
        File.WriteAllText(manifest, """
            @{
                RootModule           = 'EmptyModule.dll'
                ModuleVersion        = '0.1.0'
                GUID                 = '0f7f7a6e-5a52-4f0b-9a35-6b7f0f6c3c11'
                PowerShellVersion    = '7.6'
                CompatiblePSEditions = @('Core')
                CmdletsToExport      = @('Get-Empty')
                FunctionsToExport    = @()
                VariablesToExport    = @()
                AliasesToExport      = @()
                PrivateData          = @{
                    PSData = @{
                        Tags       = @('Linux', 'PSEdition_Core')
                        LicenseUri = 'https://opensource.org/license/mit'
                    }
                }
            }
            """);
        return manifest;
    }

    // The shortest of each, in turn: a machine whose speed drifts slows both.
    private static (double Theirs, double Ours) Start((string File, string[] Arguments) peer, (string File, string[] Arguments) ours)
    {
        _ = Measured.Program(peer.File, peer.Arguments);
        _ = Measured.Program(ours.File, ours.Arguments);
        (double Theirs, double Ours)[] runs =
        [
            .. Enumerable.Range(0, Runs).Select(_ => (Measured.Program(peer.File, peer.Arguments).Seconds, Measured.Program(ours.File, ours.Arguments).Seconds)),
        ];
        return (runs.Min(run => run.Theirs), runs.Min(run => run.Ours));
    }
}
