using System.Diagnostics;
using KsmTools.Tests.KsmEvents;
using KsmTools.Tests.PerfData;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>Events of the running kernel, as a snapshot and live, and what ksmd's counters say of the same time.</summary>
public sealed class KsmEventTests : IDisposable
{
    private const string Name = "ksmtools-test";
    private const int PageCount = 3000;

    private readonly ModuleHost _host = new();
    private readonly string? _tracing;
    private readonly string? _knobs;

    public KsmEventTests()
    {
        Needs.Ksm();
        Needs.KsmEvents();
        _tracing = RealTracing.Snapshot();
        _knobs = RealKsm.Snapshot();
        RealKsm.Empty();
    }

    public void Dispose()
    {
        if (_knobs is not null)
        {
            _ = _host.Run("Remove-KsmTrace *; Restore-KsmConfiguration");
            RealKsm.Empty();
            Assert.Equal(_knobs, RealKsm.Snapshot());
            Assert.Equal(_tracing, RealTracing.Snapshot());
        }

        _host.Dispose();
    }

    [Fact]
    public void Scans_and_merges_are_those_of_the_counters()
    {
        KsmScanStatistics scans = Merge("$before = Get-KsmStatus; $null = Invoke-KsmMerge -Id $PID -FullScans 3", alone: true);
        KsmStatusPair counters = Counters();
        Assert.Equal((0L, false), (scans.LostEvents, scans.LostEventsIsLowerBound));
        Assert.InRange(scans.Scans, 3, 100);
        Assert.Equal(counters.FullScans, scans.Scans);
        Assert.InRange(scans.IncompleteScans, 0, 1);
        Assert.InRange(scans.MinimumNanoseconds!.Value, 1, scans.P50Nanoseconds!.Value);
        Assert.InRange(scans.P99Nanoseconds!.Value, scans.P50Nanoseconds!.Value, scans.MaximumNanoseconds!.Value);

        // pages_sharing does not count the place that pages_shared stands for; an event is there for both.
        Assert.InRange(scans.PagesMerged, PageCount, long.MaxValue);
        Assert.Equal(counters.Shared + counters.Sharing, scans.PagesMerged - scans.KsmPagesRemoved - scans.RmapItemsRemoved);
        Assert.Equal(counters.Shared, scans.NewKsmPages - scans.KsmPagesRemoved);
        Assert.InRange(scans.MergesPerSecond!.Value, 1, double.MaxValue);
    }

    [Fact]
    public void Pages_that_nobody_uses_any_more_are_removed_event_by_event()
    {
        KsmScanStatistics scans = Merge(
            "$null = Invoke-KsmMerge -Id $PID; Remove-RmapRegion $region; $before = Get-KsmStatus; $null = Invoke-KsmMerge -FullScans 3 -WarningAction Ignore", alone: true);
        KsmStatusPair counters = Counters();
        Assert.InRange(scans.KsmPagesRemoved, 1, PageCount);
        Assert.True(counters.Shared < 0, "the region's pages are gone");
        Assert.Equal(counters.Shared, -scans.KsmPagesRemoved);
        Assert.InRange(scans.RmapItemsRemoved, 0, -counters.Sharing);
    }

    [Fact]
    public void A_snapshot_leaves_what_following_takes()
    {
        _ = Merge("$null = Invoke-KsmMerge -Id $PID");
        IReadOnlyList<KsmEvent> snapshot = _host.Run($"Get-KsmEvent {Name}").All<KsmEvent>();
        Assert.Equal(snapshot.Select(KsmEventHelp.Same), _host.Run($"Get-KsmEvent {Name}").All<KsmEvent>().Select(KsmEventHelp.Same));
        long entries = _host.Run($"(Get-KsmTrace {Name}).Entries").Single<long>();
        Assert.Equal(entries, snapshot.Count);
        KsmScanStatistics fromText = _host.Run($"Measure-KsmScan {Name}").Single<KsmScanStatistics>();
        Assert.Equal(entries, _host.Run($"(Get-KsmTrace {Name}).Entries").Single<long>());

        var clock = Stopwatch.StartNew();
        IReadOnlyList<KsmEvent> taken = _host.Run($"Get-KsmEvent {Name} -Timeout 300ms").All<KsmEvent>();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.3, double.MaxValue);
        Assert.Equal(0, _host.Run($"(Get-KsmTrace {Name}).Entries").Single<long>());
        Assert.Empty(_host.Run($"Get-KsmEvent {Name}").All<object>());

        // Text is in the order of time to the nanosecond, whatever it shows of it; two CPUs at the same time have no order.
        KsmEventHelp.AssertSame(snapshot, taken);
        Assert.Contains(taken, item => item.TimestampNanoseconds % 1000 != 0);
        Assert.All(taken.Where(item => item.HasKsmPage == true), item => Assert.InRange(item.KsmPage!.Value, 2UL, ulong.MaxValue));
        KsmScanStatistics fromBuffer = _host.Run("$input | Measure-KsmScan", [.. taken]).Single<KsmScanStatistics>();
        Assert.Equal((fromText.Scans, fromText.IncompleteScans, fromText.PagesMerged, fromText.Events, fromText.RmapItems), (fromBuffer.Scans, fromBuffer.IncompleteScans, fromBuffer.PagesMerged, fromBuffer.Events, fromBuffer.RmapItems));
    }

    [Fact]
    public void What_is_saved_of_a_session_is_what_was_in_it()
    {
        _ = Merge("$null = Invoke-KsmMerge -Id $PID");
        IReadOnlyList<KsmEvent> session = _host.Run($"Get-KsmEvent {Name}").All<KsmEvent>();
        KsmScanStatistics measured = _host.Run($"Measure-KsmScan {Name}").Single<KsmScanStatistics>();
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "ksm.dat");
        _ = _host.Run($"Save-RmapTrace '{file}' -Name {Name}").All<object>();
        IReadOnlyList<KsmEvent> saved = _host.Run($"Import-KsmTrace '{file}'").All<KsmEvent>();
        KsmEventHelp.AssertSame(session, saved);
        Assert.All(saved.Where(item => item.HasKsmPage == true), item => Assert.InRange(item.KsmPage!.Value, 2UL, ulong.MaxValue));
        foreach (string way in (string[])[$"Measure-KsmScan -Path '{file}'", $"Get-Item '{file}' | Measure-KsmScan", $"Import-KsmTrace '{file}' | Measure-KsmScan"])
        {
            KsmScanStatistics one = _host.Run(way).Single<KsmScanStatistics>();
            Assert.Equal(
                (measured.Scans, measured.IncompleteScans, measured.PagesMerged, measured.Events, measured.RmapItems, measured.LostEvents),
                (one.Scans, one.IncompleteScans, one.PagesMerged, one.Events, one.RmapItems, one.LostEvents));
            Assert.InRange(one.MaximumNanoseconds!.Value - measured.MaximumNanoseconds!.Value, -10_000, 10_000);
        }

        // A copy is another trace: what they have in common is added up.
        File.Copy(file, file + ".copy");
        KsmScanStatistics twice = _host.Run($"Measure-KsmScan -Path '{file}', '{file}.copy', '{file}'").Single<KsmScanStatistics>();
        Assert.Equal((2 * measured.Scans, 2 * measured.PagesMerged, 2 * measured.Events), (twice.Scans, twice.PagesMerged, twice.Events));
        Assert.InRange(twice.WindowNanoseconds!.Value - (2 * measured.WindowNanoseconds!.Value), -10_000, 10_000);
        if (Needs.HasProgram("trace-cmd"))
        {
            string report = folder.Write("report.txt", TraceCommand.Report(file, isQuiet: true));
            KsmEventHelp.AssertSame(_host.Run($"Import-KsmTrace '{report}'").All<KsmEvent>(), saved);
        }
    }

    [Fact]
    public void Recordings_of_one_session_are_one_timeline()
    {
        // A scan is begun in each recording and ended in the next.
        using var folder = new TemporaryFolder();
        const int Recordings = 3;
        _ = Merge(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""
            $former = Get-KsmConfiguration
            try {
                Set-KsmConfiguration -PagesToScan 20 -SleepMilliseconds 5 -Run Running -Confirm:$false
                foreach ($i in 1..{{Recordings}}) {
                    do { $items = @(Get-KsmEvent {{Name}} | Where-Object Kind -In StartScan, StopScan) } until ($items -and $items[-1].Kind -eq 'StartScan')
                    Save-RmapTrace "{{folder.Path}}/$i.dat" -Name {{Name}}
                }

                do { $items = @(Get-KsmEvent {{Name}} | Where-Object Kind -EQ StopScan) } until ($items)
                Save-RmapTrace "{{folder.Path}}/9.dat" -Name {{Name}}
            }
            finally {
                Set-KsmConfiguration -PagesToScan $former.PagesToScan -SleepMilliseconds $former.SleepMilliseconds -Run $former.Run -Confirm:$false
            }
            """));
        IReadOnlyList<KsmEvent> all = _host.Run($"Import-KsmTrace '{folder.Path}/*.dat'").All<KsmEvent>();
        IReadOnlyList<KsmEvent> alone = _host.Run($"Get-ChildItem '{folder.Path}' | Sort-Object -Descending Name | ForEach-Object {{ Import-KsmTrace $_ }}").All<KsmEvent>();
        KsmEventHelp.AssertSame([.. alone.OrderBy(item => item.TimestampNanoseconds)], all);
        KsmScanStatistics one = _host.Run($"Measure-KsmScan -Path '{folder.Path}/*.dat'").Single<KsmScanStatistics>();
        long apart = _host.Run($"Get-ChildItem '{folder.Path}' | ForEach-Object {{ (Measure-KsmScan -Path $_).IncompleteScans }}").All<long>().Sum();
        Assert.Equal(apart - (2 * Recordings), one.IncompleteScans);
    }

    [Fact]
    public void A_recording_of_perf_has_what_perf_prints()
    {
        PerfProgram.Needs();
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "perf.data");
        string begun = Path.Combine(folder.Path, "begun"), over = Path.Combine(folder.Path, "over");
        string wait = $"touch {begun}; until [ -e {over} ]; do sleep 0.1; done";
        using Process perf = Process.Start(PeerProgram.Command("perf", "record", "-q", "-a", "-g", "-e", "ksm:*", "-e", "migrate:*", "-e", "lock:*", "-o", data, "--", "sh", "-c", wait))!;
        Wait.Until(() => perf.HasExited || File.Exists(begun), "perf does not record");
        _ = _host.Run($"$region = New-RmapRegion Ksm {PageCount}; $null = Invoke-KsmMerge -Id $PID; Remove-RmapRegion $region").All<object>();
        File.WriteAllText(over, string.Empty);
        perf.WaitForExit();
        Assert.SkipUnless(perf.ExitCode == 0, "needs a kernel that lets perf record KSM's events: " + perf.StandardError.ReadToEnd());
        (_, string script, _) = PerfProgram.Run(null, "script", "--ns", "-F", "comm,tid,cpu,time,event,trace,ip,sym", "-i", data);
        string text = folder.Write("script.txt", script);
        IReadOnlyList<KsmEvent> events = _host.Run($"Import-KsmTrace '{data}'").All<KsmEvent>();
        KsmEventHelp.AssertSame(_host.Run($"Import-KsmTrace '{text}'").All<KsmEvent>(), events);
        Assert.InRange(events.Count(item => item.Kind == KsmEventKind.MergeWithKsmPage), PageCount, long.MaxValue);
        long lines = script.Split('\n').LongCount(line => line.Contains("] ", StringComparison.Ordinal) && line[0] != '\t');
        Assert.Equal((lines, lines), (EveryEventTests.Count(TraceReaders.OpenKsm(data)), EveryEventTests.Count(TraceReaders.OpenKsm(text))));
    }

    [Fact]
    public void Events_that_were_stored_are_measured_alike()
    {
        _ = Merge("$null = Invoke-KsmMerge -Id $PID");
        using var folder = new TemporaryFolder();
        string[] all = RealShell.Run($$"""
            function Show { process { '{0} {1} {2} {3} {4} {5} {6} {7}' -f $_.Scans, $_.IncompleteScans, $_.MeanNanoseconds, $_.PagesMerged, $_.NewKsmPages, $_.RmapItems, $_.Events, $_.WindowNanoseconds } }
            $events = Get-KsmEvent {{Name}} | Where-Object Kind -in StartScan, StopScan, MergeWithKsmPage | Select-Object -First 800
            $events | Measure-KsmScan | Show
            $events | Export-Clixml {{folder.Path}}/x.xml; Import-Clixml {{folder.Path}}/x.xml | Measure-KsmScan | Show
            $events | Export-Csv {{folder.Path}}/x.csv; Import-Csv {{folder.Path}}/x.csv | Measure-KsmScan | Show
            $events | ConvertTo-Json | ConvertFrom-Json | Measure-KsmScan | Show
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, all.Length);
        Assert.Single(all.Distinct());
        Assert.InRange(long.Parse(all[0].Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture), 100, 800);
    }

    [Fact]
    public void Following_sees_events_as_they_come_and_stops_at_once()
    {
        _ = _host.Run($"Enable-KsmTrace {Name}").All<object>();
        Interruption.EndsAtOnce($"Get-KsmEvent {Name} -Follow", output => output.Count == 0 && RealTracing.IsReadBy(Name, Environment.ProcessId), meanwhile: output =>
        {
            _ = _host.Run("$region = New-RmapRegion Ksm 100; $null = Invoke-KsmMerge -Id $PID; Remove-RmapRegion $region").All<object>();
            Wait.Until(() => output.Count > 0, "nothing came");
        });
    }

    [Fact]
    public void Ctrl_C_ends_following_and_the_session_stays()
    {
        using var folder = new TemporaryFolder();
        string started = Path.Combine(folder.Path, "started");
        using Process process = Ksmsh.Start("-Command", $"Enable-KsmTrace {Name}; [IO.File]::WriteAllText('{started}', ''); Get-KsmEvent {Name} -Follow; 'not reached'");
        Wait.Until(() => File.Exists(started) && RealTracing.IsReadBy(Name, process.Id), "following did not begin", process);
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        ShellResult run = Ksmsh.Finish(process);
        Assert.DoesNotContain("not reached", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Errors);
        Assert.True(_host.Run($"Get-KsmTrace {Name}").Single<KsmTraceSession>().Enabled);
    }

    [Fact]
    public void A_buffer_that_is_too_small_says_what_it_lost()
    {
        _ = _host.Run($"Enable-KsmTrace {Name} -BufferSize 8KB").All<object>();
        _ = _host.Run($"$region = New-RmapRegion Ksm {PageCount}; $null = Invoke-KsmMerge -Id $PID").All<object>();
        RealKsm.WaitForKsmd();
        _ = _host.Run($"Disable-KsmTrace {Name}; Remove-RmapRegion $region").All<object>();
        KsmTraceSession session = _host.Run($"Get-KsmTrace {Name}").Single<KsmTraceSession>();
        Assert.InRange(session.Overrun, 100, long.MaxValue);
        ModuleResult snapshot = _host.Run($"Measure-KsmScan {Name}");
        Assert.Equal(session.Overrun, snapshot.Single<KsmScanStatistics>().LostEvents);
        Assert.Contains("lost", Assert.Single(snapshot.Warnings), StringComparison.Ordinal);
        ModuleResult taken = _host.Run($"Get-KsmEvent {Name} -Timeout 100ms");
        Assert.Equal(session.Overrun, taken.All<KsmEvent>().Sum(item => item.LostEventsBefore));
        Assert.NotEmpty(taken.Warnings);
    }

    [Fact]
    public void A_clock_without_nanoseconds_is_told()
    {
        _ = _host.Run($"Enable-KsmTrace {Name} -Clock counter; $region = New-RmapRegion Ksm 200; $null = Invoke-KsmMerge -Id $PID; Disable-KsmTrace {Name}; Remove-RmapRegion $region").All<object>();
        ModuleResult run = _host.Run($"Measure-KsmScan {Name}; Get-KsmEvent {Name}; Get-KsmEvent {Name} -Timeout 100ms");
        Assert.Equal([typeof(KsmScanStatistics), typeof(KsmEvent)], run.Output.Select(item => item.BaseObject.GetType()).Distinct());
        Assert.All(run.Output, item => Assert.Equal("Ticks", item.Properties["TimeUnit"].Value.ToString()));
        Assert.NotEmpty(run.Warnings);
    }

    // Runs with a region of mergeable pages, and measures what the session holds. $before and $after are the counters around what counts.
    private KsmScanStatistics Merge(string script, bool alone = false)
    {
        _ = _host.Run($$"""
            $ErrorActionPreference = 'Stop'
            Enable-KsmTrace {{Name}} -BufferSize 4MB
            $region = New-RmapRegion Ksm {{PageCount}}
            """).All<object>();
        NobodyElse(alone);
        _ = _host.Run(script).All<object>();
        RealKsm.WaitForKsmd();
        _ = _host.Run($"$after = Get-KsmStatus; Disable-KsmTrace {Name}").All<object>();
        KsmScanStatistics statistics = _host.Run($"Measure-KsmScan {Name}").Single<KsmScanStatistics>();
        NobodyElse(alone);
        _ = _host.Run("Remove-RmapRegion $region").All<object>();
        return statistics;
    }

    // A place that leaves a page which others share changes the counters without an event.
    private void NobodyElse(bool alone) => Assert.SkipUnless(
        !alone || _host.Run("@(Get-KsmProcess -ErrorAction Ignore | Where-Object Id -ne $PID).Count").Single<int>() == 0, "other processes' memory is merged at the same time");

    private KsmStatusPair Counters() => new(
        _host.Run("$after.FullScans - $before.FullScans").Single<long>(),
        _host.Run("$after.PagesShared - $before.PagesShared").Single<long>(),
        _host.Run("$after.PagesSharing - $before.PagesSharing").Single<long>());

    private sealed record KsmStatusPair(long FullScans, long Shared, long Sharing);
}
