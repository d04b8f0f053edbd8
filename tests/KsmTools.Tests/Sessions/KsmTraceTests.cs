using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tests.Support;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>Sessions of KSM's events on the running kernel. Each test checks that tracing was left as it was.</summary>
public sealed class KsmTraceTests : IDisposable
{
    private const string Name = "ksmtools-test";

    private readonly ModuleHost _host = new();
    private readonly string? _before;

    public KsmTraceTests()
    {
        Needs.KsmEvents();
        _before = RealTracing.Snapshot();
    }

    public void Dispose()
    {
        if (_before is not null)
        {
            _ = _host.Run("Remove-KsmTrace *");
            Assert.Equal(_before, RealTracing.Snapshot());
        }

        _host.Dispose();
    }

    [Fact]
    public void A_session_is_what_was_asked_for_and_goes_without_a_trace()
    {
        KsmTraceSession session = _host.Run($"Enable-KsmTrace {Name} -Event StartScan, StopScan -BufferSize 256KB -Clock mono -PassThru").Single<KsmTraceSession>();
        Assert.Equal((Name, true, "mono", 0L, 0L, 0L), (session.Name, session.Enabled, session.Clock, session.Entries, session.Overrun, session.Dropped));
        Assert.Equal(["ksm/ksm_start_scan", "ksm/ksm_stop_scan"], session.Events);
        Assert.Equal([KsmEventKind.StartScan, KsmEventKind.StopScan], session.Kinds);
        Assert.InRange(session.BufferSizeBytes, 256 * 1024, 300 * 1024);
        Assert.Equal(session.Cpus.Length * session.BufferSizeBytes, session.TotalBufferSizeBytes);
        Assert.Equal("1", File.ReadAllText($"{session.Path}/tracing_on").Trim());
        Assert.Equal("ksm:ksm_stop_scan ksm:ksm_start_scan", string.Join(' ', File.ReadAllLines($"{session.Path}/set_event")));
        KsmTraceSession stopped = _host.Run($"Disable-KsmTrace {Name} -PassThru").Single<KsmTraceSession>();
        Assert.False(stopped.Enabled);
        Assert.Equal("0", File.ReadAllText($"{session.Path}/tracing_on").Trim());
        Assert.Empty(_host.Run($"Get-KsmTrace {Name} | Remove-KsmTrace").All<object>());
        Assert.Equal(_before, RealTracing.Snapshot());
    }

    [Fact]
    public void Without_arguments_all_events_are_recorded_and_the_same_request_starts_the_session_again()
    {
        KsmTraceSession session = _host.Run("Enable-KsmTrace -PassThru").Single<KsmTraceSession>();
        Assert.Equal("ksmtools-ksm", session.Name);
        Assert.Equal(session.Kinds.Length + session.NotCovered.Length, Enum.GetValues<KsmEventKind>().Length);
        Assert.Contains(KsmEventKind.MergeWithKsmPage, session.Kinds);
        Assert.False(_host.Run("Disable-KsmTrace -PassThru").Single<KsmTraceSession>().Enabled);
        Assert.True(_host.Run("Enable-KsmTrace -PassThru").Single<KsmTraceSession>().Enabled);
        ErrorRecord differs = _host.Run("Enable-KsmTrace -Event Enter").Error(ErrorReason.TraceSessionExists);
        Assert.Contains("Ksm events=all", differs.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_are_found_by_name_and_by_wildcard_and_are_not_sessions_of_walks()
    {
        _ = _host.Run($"Enable-KsmTrace {Name}-a; Enable-KsmTrace {Name}-b -Event Enter").All<object>();
        Assert.Equal([$"{Name}-a", $"{Name}-b"], _host.Run("Get-KsmTrace").All<KsmTraceSession>().Select(item => item.Name));
        Assert.Single(_host.Run("Get-KsmTrace *-b").All<KsmTraceSession>());
        Assert.Empty(_host.Run("Get-KsmTrace nothing*").All<object>());
        Assert.Empty(_host.Run("Get-RmapTrace").All<object>());
        ModuleResult some = _host.Run($"Get-KsmTrace nothing, {Name}-a");
        Assert.Single(some.Output);
        Assert.Contains($"{Name}-a, {Name}-b", some.Error(ErrorReason.TraceSessionNotFound).ToString(), StringComparison.Ordinal);
        _ = _host.Run($"Get-RmapTrace {Name}-a").Error(ErrorReason.TraceSessionNotFound);
        _ = _host.Run("Remove-KsmTrace *-a").All<object>();
        Assert.Equal([$"{Name}-b"], RealTracing.Sessions());
    }

    [Theory]
    [InlineData("Get-KsmEvent nothing")]
    [InlineData("Get-KsmEvent nothing -Follow")]
    [InlineData("Measure-KsmScan nothing")]
    [InlineData("Disable-KsmTrace nothing")]
    [InlineData("Remove-KsmTrace nothing")]
    public void A_session_that_is_not_there_is_an_error(string command) => _ = _host.Run(command).Error(ErrorReason.TraceSessionNotFound);

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("-a")]
    [InlineData("a b")]
    public void A_name_that_is_no_folders_is_refused(string name) => _ = _host.Run($"Enable-KsmTrace -Name '{name}'").Error(ErrorReason.KnobValueInvalid);

    [Fact]
    public void WhatIf_writes_nothing()
    {
        Assert.Empty(_host.Run("Enable-KsmTrace -WhatIf -PassThru").All<object>());
        Assert.Equal(_before, RealTracing.Snapshot());
        _ = _host.Run("Enable-KsmTrace").All<object>();
        string made = RealTracing.Snapshot();
        Assert.Empty(_host.Run("Disable-KsmTrace -WhatIf -PassThru; Remove-KsmTrace -WhatIf").All<object>());
        Assert.Equal(made, RealTracing.Snapshot());
        Assert.True(_host.Run("Get-KsmTrace").Single<KsmTraceSession>().Enabled);
    }

    [Fact]
    public void A_clock_that_does_not_exist_leaves_nothing()
    {
        ErrorRecord error = _host.Run($"Enable-KsmTrace {Name} -Clock sundial").Error(ErrorReason.KnobValueInvalid);
        Assert.Contains("EINVAL", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("mono_raw", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(_before, RealTracing.Snapshot());
    }

    [Theory]
    [InlineData("100GB")]
    [InlineData("([long]::MaxValue)")]
    public void A_buffer_that_the_kernel_cannot_allocate_leaves_nothing(string size)
    {
        Assert.SkipUnless(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < 100L << 30, "this machine could allocate it");
        ErrorRecord error = _host.Run($"Enable-KsmTrace {Name} -BufferSize {size}").Error(ErrorReason.MemoryInsufficient);
        Assert.Contains("ENOMEM", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(_before, RealTracing.Snapshot());
    }

    [Fact]
    public void An_instance_of_somebody_else_is_left_alone()
    {
        _ = _host.Run("Enable-KsmTrace").All<object>();
        string folder = RealTracing.Instance(Name);
        Directory.CreateDirectory(folder);
        try
        {
            File.WriteAllText($"{folder}/events/ksm/ksm_enter/enable", "1");
            ErrorRecord error = _host.Run($"Enable-KsmTrace {Name}").Error(ErrorReason.TraceSessionExists);
            Assert.Contains("ksm:ksm_enter", error.ToString(), StringComparison.Ordinal);
            Assert.Single(_host.Run("Get-KsmTrace").All<KsmTraceSession>());
            _ = _host.Run($"Remove-KsmTrace {Name}").Error(ErrorReason.TraceSessionNotFound);
            Assert.Equal("1", File.ReadAllText($"{folder}/events/ksm/ksm_enter/enable").Trim());
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void A_session_whose_maker_died_half_way_is_made_anew()
    {
        // Another session keeps tracefs mounted.
        _ = _host.Run("Enable-KsmTrace").All<object>();
        Directory.CreateDirectory(RealTracing.Instance(Name));
        new SessionRecord { Name = Name, Kind = SessionKind.Ksm, Command = "Enable-KsmTrace", Request = "Ksm events=all" }.Write(new KernelTree("/"));
        KsmTraceSession session = _host.Run($"Enable-KsmTrace {Name} -PassThru").Single<KsmTraceSession>();
        Assert.Contains("ksm/ksm_enter", session.Events);
        Assert.Equal("1", File.ReadAllText($"{session.Path}/events/ksm/enable").Trim());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(-1)]
    public void A_damaged_record_stops_no_other_session_and_its_own_can_be_removed(int length)
    {
        string record = $"/run/ksmtools/sessions/{Name}";
        _ = _host.Run($"Enable-KsmTrace; Enable-KsmTrace {Name}").All<object>();
        byte[] text = File.ReadAllBytes(record);
        text = length < 0 ? text[..^1] : text[..length];
        File.WriteAllBytes(record, text);

        ModuleResult all = _host.Run("Get-KsmTrace");
        Assert.Contains(all.All<KsmTraceSession>(), session => session.Name == "ksmtools-ksm");
        Assert.Contains($"-Name {Name}", Assert.Single(all.Warnings), StringComparison.Ordinal);
        _ = _host.Run("Get-KsmEvent").All<object>();
        _ = _host.Run("Get-RmapTrace").All<object>();
        _ = _host.Run($"Enable-KsmTrace {Name}").Error(ErrorReason.TraceSessionExists);
        _ = _host.Run("Restore-KsmConfiguration").All<object>();
        Assert.True(Directory.Exists(RealTracing.Instance(Name)));

        ModuleResult removed = _host.Run($"Remove-KsmTrace {Name}");
        Assert.Empty(removed.Errors);
        Assert.Contains("/run/ksmtools/damaged/", Assert.Single(removed.Warnings), StringComparison.Ordinal);
        Assert.False(Directory.Exists(RealTracing.Instance(Name)));
        Assert.False(File.Exists(record));
        string aside = Directory.GetFiles("/run/ksmtools/damaged", $"{Name}-*").Order().Last();
        Assert.Equal(text, File.ReadAllBytes(aside));
        File.Delete(aside);
        if (!Directory.EnumerateFileSystemEntries("/run/ksmtools/damaged").Any())
        {
            Directory.Delete("/run/ksmtools/damaged");
        }
    }

    [Fact]
    public void A_session_that_is_being_made_is_not_taken_for_one_that_was_left()
    {
        var leftovers = new TraceLeftovers(new KernelTree("/"));
        TraceSession session = new TraceSessionMaker(new KernelTree("/")).Start(new TraceSessionRequest { Name = Name, Command = "Invoke-Test", IsTemporary = true }, group: null, (_, _) =>
        {
            Assert.NotNull(SessionRecord.Read(new KernelTree("/"), Name));
            Assert.Empty(leftovers.Of("Invoke-Test"));
            return new TraceSessionSetup { Source = RmapTraceSource.Auto, Events = [] };
        });

        // Who has found it before, and comes late.
        session.Hold!.Dispose();
        TraceSession left = Assert.Single(leftovers.Of("Invoke-Test"));
        using (CommandLock.Take(new KernelTree("/"), CommandLock.OfSession(Name), "Invoke-Test"))
        {
            leftovers.Remove(left, "Restore-Test");
            Assert.True(File.Exists($"/run/ksmtools/sessions/{Name}"));
        }

        leftovers.Remove(left, "Restore-Test");
        Assert.False(File.Exists($"/run/ksmtools/sessions/{Name}"));
    }

    [Fact]
    public void What_is_damaged_of_what_all_sessions_share_keeps_nothing_from_being_put_back()
    {
        _ = _host.Run($"Enable-KsmTrace {Name}").All<object>();
        Assert.SkipUnless(File.Exists("/run/ksmtools/tracing"), "needs a machine where tracefs is not mounted, or a kernel that remembers few threads");
        File.AppendAllText("/run/ksmtools/tracing", "saved_cmdlines_size=x\n");
        ModuleResult removed = _host.Run($"Remove-KsmTrace {Name}");
        Assert.Empty(removed.Errors);
        Assert.Contains("/run/ksmtools/damaged/", Assert.Single(removed.Warnings), StringComparison.Ordinal);
        Assert.False(File.Exists("/run/ksmtools/tracing"));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mounts"), line => line.Contains("/sys/kernel/tracing", StringComparison.Ordinal) && !_before!.Contains("mounts: tracefs", StringComparison.Ordinal));
        Stranger.Shell("rm /run/ksmtools/damaged/tracing-*; rmdir --ignore-fail-on-non-empty /run/ksmtools/damaged");
    }

    [Fact]
    public void Whether_its_maker_still_runs_is_told_by_the_lock_and_not_by_a_process_number()
    {
        // Process 1 runs, and is not the one that made it.
        var kernel = new KernelTree("/");
        var leftovers = new TraceLeftovers(kernel);
        TraceSession session = new KsmTraces(kernel).Start(new TraceSessionRequest { Name = Name, Command = "Invoke-Test", IsTemporary = true }, []);
        Assert.Empty(leftovers.Of("Invoke-Test"));
        (session.Record with { ProcessId = 1 }).Write(kernel);
        session.Hold!.Dispose();
        Assert.Equal(Name, Assert.Single(leftovers.Of("Invoke-Test")).Name);
        leftovers.Remove("Invoke-Test", "Restore-Test");
        Assert.Empty(leftovers.Of("Invoke-Test"));
        Assert.False(File.Exists($"/run/ksmtools/sessions/{Name}"));
        Assert.False(File.Exists($"/run/ksmtools/session-{Name}.lock"));
    }

    [Fact]
    public void What_cannot_be_swept_is_in_nobodys_way()
    {
        string[] others = ["/run/ksmtools/sessions/.other", "/run/ksmtools/session-ksmtools-test-other.lock"];
        _ = _host.Run($"Enable-KsmTrace {Name}; Remove-KsmTrace {Name}").All<object>();
        try
        {
            Array.ForEach(others, other => Directory.CreateDirectory(other));
            Assert.Empty(_host.Run($"Enable-KsmTrace {Name}; Remove-KsmTrace {Name}").Errors);
        }
        finally
        {
            Array.ForEach(others, Directory.Delete);
        }
    }

    [Fact]
    public void A_session_whose_instance_somebody_removed_can_be_made_again()
    {
        _ = _host.Run($"Enable-KsmTrace; Enable-KsmTrace {Name}").All<object>();
        Directory.Delete(RealTracing.Instance(Name));
        Assert.Single(_host.Run("Get-KsmTrace").All<KsmTraceSession>());
        Assert.True(_host.Run($"Enable-KsmTrace {Name} -PassThru").Single<KsmTraceSession>().Enabled);
    }

    [Fact]
    public void A_killed_process_leaves_a_session_that_another_removes()
    {
        using var folder = new TemporaryFolder();
        string made = Path.Combine(folder.Path, "made");
        using Process process = RealShell.Start($"Enable-KsmTrace {Name}; [IO.File]::WriteAllText('{made}', ''); Start-Sleep 60");
        Wait.Until(() => File.Exists(made), "no session was made", process);
        process.Kill();
        process.WaitForExit();
        Assert.True(_host.Run($"Get-KsmTrace {Name}").Single<KsmTraceSession>().Enabled);
        Assert.Empty(_host.Run($"Remove-KsmTrace {Name}").All<object>());
        Assert.Equal(_before, RealTracing.Snapshot());
    }

    [Fact]
    public void A_session_that_another_process_reads_is_busy_and_goes_on()
    {
        KsmTraceSession session = _host.Run($"Enable-KsmTrace {Name} -PassThru").Single<KsmTraceSession>();
        using var holder = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec sleep 60 < {session.Path}/trace_pipe"]))!;
        try
        {
            Wait.Until(() => RealTracing.IsReadBy(Name, holder.Id), "nobody reads", holder);
            ErrorRecord error = _host.Run($"Remove-KsmTrace {Name}").Error(ErrorReason.KnobBusy);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"sleep ({holder.Id})"), error.ToString(), StringComparison.Ordinal);
            Assert.Contains("EBUSY", error.ToString(), StringComparison.Ordinal);
            KsmTraceSession still = _host.Run($"Get-KsmTrace {Name}").Single<KsmTraceSession>();
            Assert.True(still.Enabled);
            Assert.Equal("1", File.ReadAllText($"{session.Path}/events/ksm/ksm_enter/enable").Trim());
        }
        finally
        {
            holder.Kill();
            holder.WaitForExit();
        }

        Assert.Empty(_host.Run($"Remove-KsmTrace {Name}").All<object>());
        Assert.Equal(_before, RealTracing.Snapshot());
    }

    [Theory]
    [InlineData("Enable-KsmTrace")]
    [InlineData("Get-KsmTrace")]
    [InlineData("Get-KsmEvent")]
    [InlineData("Measure-KsmScan")]
    [InlineData("Remove-KsmTrace")]
    public void An_ordinary_user_is_refused_and_told_what_to_do(string command)
    {
        _ = _host.Run("Enable-KsmTrace").All<object>();
        string before = RealTracing.Snapshot();
        ShellResult result = RealShell.RunAsOrdinaryUser($"$ErrorActionPreference = 'Continue'; {command}; $Error[0].FullyQualifiedErrorId");
        Assert.Contains("AccessDenied,", result.Output, StringComparison.Ordinal);
        Assert.Contains("sudo", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, RealTracing.Snapshot());
    }

    [Fact]
    public void Tracefs_is_used_where_debugfs_has_mounted_it()
    {
        ShellResult result = RealShell.RunBelowDebugFs($"(Enable-KsmTrace {Name} -PassThru).Path; Remove-KsmTrace {Name}; (Test-KsmSupport | Where-Object Name -eq tracefs).Reason");
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Errors));
        Assert.Equal([$"/sys/kernel/debug/tracing/instances/{Name}", "/sys/kernel/debug/tracing is there."], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void An_ordinary_user_is_told_of_the_debugfs_that_hides_tracefs()
    {
        _ = _host.Run("Enable-KsmTrace").All<object>();
        ShellResult result = RealShell.RunBelowDebugFs(
            "$ErrorActionPreference = 'Continue'; Test-KsmSupport | Where-Object Name -eq tracefs | ForEach-Object Reason; Get-KsmTrace; $Error[0].FullyQualifiedErrorId", asOrdinaryUser: true);
        Assert.Contains("/sys/kernel/debug/tracing cannot be looked into by this user.", result.Output, StringComparison.Ordinal);
        Assert.Contains("AccessDenied,", result.Output, StringComparison.Ordinal);
        Assert.Contains("/sys/kernel/debug/tracing", result.Errors, StringComparison.Ordinal);
    }
}
