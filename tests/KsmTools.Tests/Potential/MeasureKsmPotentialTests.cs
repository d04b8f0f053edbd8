using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Memory.Forked;
using KsmTools.Potential;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

public sealed class MeasureKsmPotentialTests : IDisposable
{
    // "KSMSECRT", which no output may hold.
    private const ulong Word = 0x5452_4345_534d_534b;

    private readonly ModuleHost _host = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", null);
        _host.Dispose();
    }

    [Fact]
    public void Processes_come_by_id_by_name_and_from_the_pipeline()
    {
        NeedKsm();
        using var holder = MergeableHolder.Create(300, Word, Stop);
        using Process process = Process.GetProcessById(holder.Id);
        string name = File.ReadAllText($"/proc/{holder.Id}/comm").Trim();
        Assert.Equal(holder.Id, _host.Run($"Measure-KsmPotential -Id {holder.Id}").Single<KsmPotential>().Id);
        Assert.Equal(holder.Id, _host.Run("$input | Measure-KsmPotential", process).Single<KsmPotential>().Id);
        Assert.Equal(holder.Id, _host.Run($"{holder.Id}, {holder.Id} | Measure-KsmPotential").Single<KsmPotential>().Id);
        Assert.Contains(_host.Run($"Measure-KsmPotential -Name '{name[..^1].ToUpperInvariant()}?'").All<KsmPotential>(), result => result.Id == holder.Id && result.Name is not null);
        IReadOnlyList<KsmPotential> two = _host.Run($"Measure-KsmPotential -Id {holder.Id}, $PID").All<KsmPotential>();
        Assert.Equal([KsmPotentialScope.Process, KsmPotentialScope.Process, KsmPotentialScope.All], two.Select(result => result.Scope));
    }

    [Fact]
    public void One_that_is_not_there_does_not_stop_the_others()
    {
        NeedKsm();
        using var holder = MergeableHolder.Create(300, Word, Stop);
        ModuleResult result = _host.Run($"Measure-KsmPotential -Id 2147483646, {holder.Id}");
        Assert.Equal(ErrorCategory.ObjectNotFound, result.Error(ErrorReason.ProcessNotFound).CategoryInfo.Category);
        Assert.Equal(holder.Id, Assert.IsType<KsmPotential>(Assert.Single(result.Output).BaseObject).Id);
        _host.Run("Measure-KsmPotential nosuchname").Error(ErrorReason.ProcessNotFound);
        Assert.Empty(_host.Run("Measure-KsmPotential nosuchname*").Errors);
    }

    [Theory]
    [InlineData("10%", true)]
    [InlineData("0.1", true)]
    [InlineData("100%", true)]
    [InlineData("0", false)]
    [InlineData("101%", false)]
    [InlineData("10", false)]
    [InlineData("-5%", false)]
    [InlineData("some", false)]
    public void A_sample_is_a_share(string share, bool isTaken)
    {
        NeedKsm();
        using var holder = MergeableHolder.Create(300, Word, Stop);
        ModuleResult result = _host.Run($"Measure-KsmPotential -Id {holder.Id} -Sample {share}");
        if (isTaken)
        {
            Assert.Equal(share != "100%", result.Single<KsmPotential>().Estimated);
        }
        else
        {
            Assert.StartsWith("ParameterArgumentTransformationError", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("5%", false)]
    [InlineData("4%", true)]
    public void A_sample_that_is_small_for_its_bounds_is_said_to_be(string share, bool isSmall)
    {
        NeedKsm();
        using var holder = MergeableHolder.Create(300, Word, Stop);
        Assert.Equal(isSmall, _host.Run($"Measure-KsmPotential -Id {holder.Id} -Sample {share}").Warnings.Contains(ModuleMessages.PotentialSmallSample));
    }

    [Fact]
    public void A_captured_tree_has_no_memory()
    {
        using var tree = new TemporaryFolder();
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", tree.Path);
        ErrorRecord error = _host.Run("Measure-KsmPotential").Error(ErrorReason.TriggerNotSupported);
        Assert.Contains(tree.Path, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_the_contents_is_shown_or_kept()
    {
        NeedKsm();
        using var holder = MergeableHolder.Create(300, Word, Stop);
        KsmPotential result = _host.Run($"Measure-KsmPotential -Id {holder.Id}").Single<KsmPotential>();
        string xml = PSSerializer.Serialize(result, 10);
        Assert.DoesNotContain("KSMSECRT", xml, StringComparison.Ordinal);
        Assert.DoesNotContain(Word.ToString(CultureInfo.InvariantCulture), xml, StringComparison.Ordinal);
        Assert.DoesNotContain(typeof(KsmPotential).GetProperties(), property => property.PropertyType != typeof(string) && !(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).IsValueType);
    }

    [Fact]
    public void The_way_to_switch_it_on_is_said()
    {
        NeedKsm();
        Assert.SkipUnless(RealKsm.Read("run") == "0", "ksmd runs");
        string command = _host.Run("""
            $region = New-RmapRegion -PageType Anon -PageCount 2; Remove-RmapRegion $region
            $filled = [Collections.Generic.List[object]]::new()
            foreach ($i in 1..400) { $filled.Add([byte[]]::new(90000)) }
            foreach ($array in $filled) { [array]::Fill($array, [byte] 7) }
            $result = Measure-KsmPotential -Id $PID
            [GC]::KeepAlive($filled)
            $result
            """).Single<KsmPotential>().EnableCommand!;
        Assert.Matches("^Start-Ksm(; (Start-KsmProcess -FilePath '|systemctl edit )| # Process [0-9]+ )", command);
    }

    [Fact]
    public void Ctrl_C_ends_it_at_once()
    {
        NeedKsm();
        using var holder = MergeableHolder.Create(400_000, Word, Stop);
        Interruption.EndsAtOnce($"while ($true) {{ $null = Measure-KsmPotential -Id {holder.Id} }}", Interruption.HasWorked(TimeSpan.FromSeconds(1)));
    }

    private static void NeedKsm() => Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
}
