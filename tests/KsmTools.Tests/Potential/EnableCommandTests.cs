using System.Diagnostics;
using System.Globalization;
using KsmTools.Files;
using KsmTools.Potential;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>What is to be typed for processes that run, as PowerShell understands it.</summary>
public sealed class EnableCommandTests : IDisposable
{
    private const string Shell = "/bin/sh";

    // Three megabytes of equal pages, for as long as the other end of its input is open.
    private const string Script = "x=$(head -c 3000000 /dev/zero | tr '\\0' a); echo ready; read y";

    private static readonly string[] Nasty =
    [
        .. "'\u2018\u2019\u201a\u201b\"\u201c\u201d\u201e`;|&#@,(){}<>$%*?[]~!^=\\\u2013\u2014\u2015 \u00a0".Select(letter => letter.ToString()),
        "", "-", "--", "-x", "-FilePath", "--%", "$(exit)", "${x}", "@(1)", "@{}", "x’; Write-Output INJECTED; ‘y", "'; Write-Output INJECTED; '", "# x", "<# x #>", "a,b", "\ufffd", "é", "🐧",
    ];

    private readonly ModuleHost _host = new();
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _host.Dispose();
    }

    [Fact]
    public void Each_comes_back_as_it_was_started()
    {
        NeedKsm();
        string[][] lines = [.. Nasty.Select(word => Line(word)), Line(Nasty)];
        int[] ids = [.. lines.Select(line => Start(line))];
        Dictionary<int, KsmPotential> results = Measure(ids);
        bool startsKsmd = RealKsm.Read("run") != "1";
        Assert.All(ids.Zip(lines), one => Assert.Equal(one.Second, TypedCommand.Started(results[one.First].EnableCommand!, startsKsmd)));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("a\nWrite-Output INJECTED")]
    [InlineData("\u0003")]
    [InlineData("\u001b[201~\r")]
    public void What_would_become_another_command_is_refused(string word)
    {
        NeedKsm();
        string command = Measure(Start(Line(word))).Single().Value.EnableCommand!;
        TypedCommand.IsRemark(command, RealKsm.Read("run") != "1");
        Assert.Contains("cannot be typed", command, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobodys_program_is_not_for_root_to_start()
    {
        NeedKsm();
        Needs.Root();
        Needs.Program("setpriv");
        string command = Measure(Start(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. Line()])).Single().Value.EnableCommand!;
        TypedCommand.IsRemark(command, RealKsm.Read("run") != "1");
        Assert.Contains("another user's", command, StringComparison.Ordinal);
    }

    [Fact]
    public void What_counts_its_processes_by_itself_is_in_a_container()
    {
        NeedKsm();
        Needs.Root();
        Needs.Program("unshare");
        int unshare = Start(["unshare", "--fork", "--pid", "--kill-child", .. Line()]);
        int inside = int.Parse(File.ReadAllText($"/proc/{unshare}/task/{unshare}/children").Trim(), CultureInfo.InvariantCulture);
        string command = Measure(inside).Single().Value.EnableCommand!;
        TypedCommand.IsRemark(command, RealKsm.Read("run") != "1");
        Assert.Contains("in a container", command, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_who_types_nothing_is_told_anything()
    {
        NeedKsm();
        int id = Start(Line());
        KsmPotential result = new KsmPotentialMeasurement(new KernelTree("/")).Measure([id], (_, failure) => throw failure, null, TestContext.Current.CancellationToken).Single();
        Assert.True(result.ExpectedSavedBytes > 0);
        Assert.Null(result.EnableCommand);
    }

    private static string[] Line(params string[] arguments) => [Shell, "-c", Script, "name", .. arguments];

    private static void NeedKsm() => Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");

    private int Start(string[] line)
    {
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        Process process = Process.Start(start)!;
        _started.Add(process);
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        return process.Id;
    }

    private Dictionary<int, KsmPotential> Measure(params int[] ids) =>
        _host.Run($"Measure-KsmPotential -Id {string.Join(',', ids)} | Where-Object Scope -EQ Process").All<KsmPotential>().ToDictionary(result => result.Id!.Value);
}
