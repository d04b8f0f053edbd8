using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>
/// Sessions of walks on the running kernel, with whatever source it has; memory compaction makes the walks. Each test checks that tracing
/// was left as it was. What every source sees is tested on the lab's kernels.
/// </summary>
public sealed class RmapSessionTests : IDisposable
{
    private const string Name = "ksmtools-test-rmap";

    private readonly ModuleHost _host = new();
    private readonly string? _before;

    public RmapSessionTests()
    {
        Needs.Migration();
        _before = RealTracing.Snapshot();
    }

    public void Dispose()
    {
        if (_before is not null)
        {
            _ = _host.Run("Remove-RmapTrace *");
            Assert.Equal(_before, RealTracing.Snapshot());
        }

        _host.Dispose();
    }

    [Fact]
    public void What_a_killed_command_left_half_written_is_no_session_and_goes_with_the_next()
    {
        const string Draft = "/run/ksmtools/sessions/.left.new";
        Directory.CreateDirectory(Path.GetDirectoryName(Draft)!);
        File.WriteAllText(Draft, "kind=Rm");
        Assert.Empty(_host.Run("Get-RmapTrace").All<RmapTraceSession>());
        _ = _host.Run($"Enable-RmapTrace {Name}").All<object>();
        Assert.False(File.Exists(Draft));
    }

    [Fact]
    public void Walks_are_looked_at_measured_and_then_taken_out()
    {
        RmapTraceSession session = _host.Run($"Enable-RmapTrace {Name} -BufferSize 8MB -PassThru").Single<RmapTraceSession>();
        Assert.Equal((true, session.Source == RmapTraceSource.MigrationPte), (session.Enabled, session.Approximate));
        Assert.Equal(session.Approximate, session.NotCovered.Length > 0);
        Assert.Equal((int)session.Source - 1, session.Unavailable.Length);
        Compact();
        _ = _host.Run($"Disable-RmapTrace {Name}").All<object>();
        IReadOnlyList<RmapWalk> looked = _host.Run($"Get-RmapWalk {Name}").All<RmapWalk>();
        Assert.NotEmpty(looked);
        Assert.Equal(2 * looked.Count, _host.Run($"Get-RmapEvent {Name}").All<RmapEvent>().Count);
        Assert.Equal(looked.Count, _host.Run($"Measure-RmapWalk -Name {Name}").All<RmapWalkStatistics>().Sum(statistics => statistics.Count));
        IReadOnlyList<RmapWalk> taken = _host.Run($"Receive-RmapEvent {Name} | ConvertTo-RmapWalk").All<RmapWalk>();
        AssertSame(looked, taken);
        Assert.Empty(_host.Run($"Receive-RmapEvent {Name}").All<RmapEvent>());
        Assert.Empty(_host.Run($"Get-RmapWalk {Name}").All<RmapWalk>());
    }

    [Fact]
    public void What_is_saved_of_a_session_is_what_was_in_it()
    {
        bool isApproximate = _host.Run($"Enable-RmapTrace {Name} -BufferSize 8MB -PassThru").Single<RmapTraceSession>().Approximate;
        Compact();
        _ = _host.Run($"Disable-RmapTrace {Name}").All<object>();
        IReadOnlyList<RmapWalk> looked = _host.Run($"Get-RmapWalk {Name}").All<RmapWalk>();
        Assert.NotEmpty(looked);
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "walks.dat");
        _ = _host.Run($"Save-RmapTrace '{file}' -Name {Name}").All<object>();
        AssertSame(looked, _host.Run($"Import-RmapTrace '{file}' -AsWalk").All<RmapWalk>());
        Assert.Equal(looked.Count, _host.Run($"Measure-RmapWalk '{file}'").All<RmapWalkStatistics>().Sum(statistics => statistics.Count));
        if (isApproximate && Needs.HasProgram("trace-cmd"))
        {
            string report = folder.Write("report.txt", TraceCommand.Report(file, isQuiet: true));
            AssertSame(looked, _host.Run($"Import-RmapTrace '{report}' -AsWalk").All<RmapWalk>());
        }
    }

    [Fact]
    public void Clearing_empties_and_the_session_goes_on()
    {
        _ = _host.Run($"Enable-RmapTrace {Name} -BufferSize 8MB").All<object>();
        Compact();
        Assert.InRange(_host.Run($"Get-RmapTrace {Name}").Single<RmapTraceSession>().Entries, 1, long.MaxValue);
        _ = _host.Run($"Clear-RmapTrace {Name} -WhatIf").All<object>();
        Assert.InRange(_host.Run($"Get-RmapTrace {Name}").Single<RmapTraceSession>().Entries, 1, long.MaxValue);
        _ = _host.Run($"Disable-RmapTrace {Name}; Clear-RmapTrace {Name} -Confirm:$false").All<object>();
        Assert.Equal(0, _host.Run($"Get-RmapTrace {Name}").Single<RmapTraceSession>().Entries);
        Assert.True(_host.Run($"Enable-RmapTrace {Name} -BufferSize 8MB -PassThru").Single<RmapTraceSession>().Enabled);
    }

    [Fact]
    public void Following_waits_as_long_as_it_is_told_and_stops_at_once()
    {
        _ = _host.Run($"Enable-RmapTrace {Name} -ProcessId $PID").All<object>();
        var clock = Stopwatch.StartNew();
        Assert.Empty(_host.Run($"Receive-RmapEvent {Name} -Timeout 700ms").All<RmapEvent>());

        // No sooner; and that it does not wait for ever is seen by its return.
        Assert.InRange(clock.ElapsedMilliseconds, 700, long.MaxValue);
        Interruption.EndsAtOnce($"Get-RmapWalk {Name} -Follow", _ => RealTracing.IsReadBy(Name, Environment.ProcessId));
    }

    [Fact]
    public void A_source_that_cannot_work_says_why_and_leaves_nothing()
    {
        RmapTraceSession best = _host.Run($"Enable-RmapTrace {Name} -PassThru").Single<RmapTraceSession>();
        _ = _host.Run($"Remove-RmapTrace {Name}").All<object>();
        foreach (RmapSourceRefusal refusal in best.Unavailable)
        {
            Assert.Contains(refusal.Reason, _host.Run($"Enable-RmapTrace {Name} -Source {refusal.Source}").Error(ErrorReason.ProbeNotAvailable).Exception.Message, StringComparison.Ordinal);
            Assert.Equal(_before, RealTracing.Snapshot());
        }

        if (best.Approximate)
        {
            _ = _host.Run($"Enable-RmapTrace {Name} -PageType Ksm").Error(ErrorReason.ProbeNotAvailable);
            _ = _host.Run($"Enable-RmapTrace {Name} -Aggregate").Error(ErrorReason.ProbeNotAvailable);
        }

        Assert.Equal(_before, RealTracing.Snapshot());
    }

    [Fact]
    public void A_session_made_for_something_else_is_in_the_way()
    {
        _ = _host.Run($"Enable-RmapTrace {Name}").All<object>();
        _ = _host.Run($"Enable-RmapTrace {Name} -ProcessId $PID").Error(ErrorReason.TraceSessionExists);
        _ = _host.Run($"Enable-RmapTrace {Name} -ProcessId 999999999").Error(ErrorReason.TraceSessionExists);
        _ = _host.Run("Enable-RmapTrace ksmtools-test-other -ProcessId 999999999").Error(ErrorReason.ProcessNotFound);
        Assert.Single(_host.Run("Get-RmapTrace ksmtools-test*").All<RmapTraceSession>());
    }

    [Fact]
    public void What_is_left_where_somebody_has_removed_the_instance_is_removed()
    {
        string path = _host.Run($"Enable-RmapTrace {Name} -PassThru").Single<RmapTraceSession>().Path;
        Directory.Delete(path);
        ModuleResult shown = _host.Run("Get-RmapTrace");
        Assert.Empty(shown.All<RmapTraceSession>());
        Assert.Contains(shown.Warnings, warning => warning.Contains(path, StringComparison.Ordinal) && warning.EndsWith($"Remove-RmapTrace -Name {Name}", StringComparison.Ordinal));
        Assert.Contains(path, _host.Run($"Disable-RmapTrace {Name}").Error(ErrorReason.TraceSessionNotFound).Exception.Message, StringComparison.Ordinal);
        _ = _host.Run($"Remove-RmapTrace {Name} -WhatIf").All<object>();
        Assert.NotEmpty(_host.Run("Get-RmapTrace").Warnings);
        _ = _host.Run("Remove-RmapTrace ksmtools-test-*").All<object>();
        Assert.Equal(_before, RealTracing.Snapshot());
        Assert.Empty(_host.Run("Get-RmapTrace").Warnings);
        _ = _host.Run($"Remove-RmapTrace {Name}").Error(ErrorReason.TraceSessionNotFound);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        _ = _host.Run($"Enable-RmapTrace {Name} -WhatIf").All<object>();
        Assert.Equal(_before, RealTracing.Snapshot());
    }

    private static void AssertSame(IReadOnlyList<RmapWalk> text, IReadOnlyList<RmapWalk> walks)
    {
        Assert.Equal(text.Count, walks.Count);
        Assert.All(text.Zip(walks), pair =>
        {
            Assert.Equal((pair.First.ThreadId, pair.First.Command, pair.First.Caller, pair.First.Approximate), (pair.Second.ThreadId, pair.Second.Command, pair.Second.Caller, pair.Second.Approximate));
            Assert.InRange(pair.First.StartNanoseconds - pair.Second.StartNanoseconds, -1000, 1000);
            Assert.InRange(pair.First.DurationNanoseconds - pair.Second.DurationNanoseconds, -1000, 1000);
        });
    }

    // Compaction moves pages up, into holes; memory that was compacted just now has neither. Those that are left get filled first.
    private void Compact()
    {
        long before = MigratedPages();
        for (int tries = 0; tries < 20 && MigratedPages() == before; tries++)
        {
            _ = _host.Run(
                "$filling = New-RmapRegion Anon 20000; $moved = New-RmapRegion Anon 100; Remove-RmapRegion $filling"
                + "; [IO.File]::WriteAllText('/proc/sys/vm/compact_memory', '1'); Remove-RmapRegion $moved").All<object>();
        }
    }

    private static long MigratedPages() => File.ReadLines("/proc/vmstat")
        .Where(line => line.StartsWith("pgmigrate_success ", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))
        .Single();
}
