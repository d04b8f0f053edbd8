using System.Globalization;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>Every knob is everywhere that knobs are.</summary>
public sealed class KnobTests : IDisposable
{
    private const string Metrics = "& { Get-KsmStatus; Get-KsmConfiguration } | ConvertTo-KsmMetric";

    private readonly FakeKsmTree _tree = new();
    private readonly ModuleHost _host = new();
    private readonly KernelRoot _root;

    public KnobTests() => _root = new KernelRoot(_tree);

    public static TheoryData<string> Knobs => [.. KsmKnob.All.Select(knob => knob.Property)];

    public void Dispose()
    {
        _root.Dispose();
        _host.Dispose();
        _tree.Dispose();
    }

    [Theory]
    [MemberData(nameof(Knobs))]
    public void What_is_set_is_written_and_shows(string property)
    {
        KsmKnob knob = KsmKnob.All.Single(knob => knob.Property == property);
        string wanted = OtherThanDefault(knob);
        string list = Run("Get-KsmConfiguration | Format-List | Out-String");
        string metrics = Settings(Run(Metrics));

        _ = Run($"Set-KsmConfiguration -{property} {(knob.IsSwitch ? $"({wanted} -eq 1)" : wanted)}");

        Assert.Equal(wanted, _tree[knob.FileName]);
        Assert.NotEqual(list, Run("Get-KsmConfiguration | Format-List | Out-String"));
        Assert.NotEqual(metrics, Settings(Run(Metrics)));
    }

    [Theory]
    [MemberData(nameof(Knobs))]
    public void The_kernels_rules_for_it_are_written_down(string property)
    {
        KsmKnob knob = KsmKnob.All.Single(knob => knob.Property == property);
        string[] row = Assert.Single(
            File.ReadLines(Path.Combine(Checkout.Root, "docs", "kernel-facts.md")).Select(line => line.Split('|', StringSplitOptions.TrimEntries)),
            cells => cells is [_, var file, _, _, _, _, _] && file == $"`{knob.FileName}`");
        Assert.Equal(knob.DefaultText, row[4].Trim('`'));
    }

    private static string OtherThanDefault(KsmKnob knob) =>
        knob == KsmKnob.AdvisorMode ? "scan-time"
        : knob.IsSwitch ? (knob.DefaultText == "1" ? "0" : "1")
        : (ulong.Parse(knob.DefaultText, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);

    private static string Settings(string metrics) => string.Join('\n', metrics.Split('\n').Where(
        line => line.StartsWith("ksm_config_", StringComparison.Ordinal) || line.StartsWith("ksm_run_state", StringComparison.Ordinal)));

    private string Run(string script) => string.Join('\n', _host.Run(script).All<string>());
}
