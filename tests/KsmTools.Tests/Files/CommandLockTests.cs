using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>Two commands at once: one waits or is refused, and neither takes the other's temporary settings for lasting ones.</summary>
public sealed class CommandLockTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Two_commands_do_not_fight()
    {
        using var settings = KsmTemporarySettings.Begin(_tree, "Invoke-First");
        string before = _tree.Snapshot();
        var failure = Assert.Throws<KsmToolsException>(() => KsmTemporarySettings.Begin(_tree, "Invoke-Second"));
        Assert.Equal(ErrorReason.KnobBusy, failure.Reason);
        Assert.Contains($"Invoke-First, process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<KsmToolsException>(() => new KsmSettings(_tree).Set(new KsmConfiguration { SleepMilliseconds = 3 }, force: false, "Set-Third"));
        Assert.Equal(ErrorReason.KnobBusy, failure.Reason);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void Who_waits_for_a_while_to_end_reads_the_settings_after_it()
    {
        string before = _tree.Snapshot();
        var first = KsmTemporarySettings.Begin(_tree, "Invoke-First");
        first.Apply(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0, PagesToScan = 4096, SmartScan = false });
        KsmTemporarySettings second = WhileWaiting(command => KsmTemporarySettings.Begin(_tree, command), first.Dispose);
        Assert.Equal((KsmRunState.Stopped, 20u, 100u, true), (second.Former.Run, second.Former.SleepMilliseconds, second.Former.PagesToScan, second.Former.SmartScan));
        second.Apply(new KsmConfiguration { SleepMilliseconds = 1 });
        second.Dispose();
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void Whether_to_unmerge_in_the_end_is_decided_under_the_lock()
    {
        bool wasHeld = false;
        using (KsmTemporarySettings.Begin(_tree, "Invoke-Test", () => wasHeld = CommandLock.HolderOf(_tree, CommandLock.Settings) is not null))
        {
        }

        Assert.True(wasHeld);
    }

    [Fact]
    public void What_another_command_has_set_for_a_while_is_not_taken_for_what_was_asked_for()
    {
        var first = KsmTemporarySettings.Begin(_tree, "Invoke-First");
        first.Apply(new KsmConfiguration { Run = KsmRunState.Running });
        var settings = new KsmSettings(_tree);
        var request = new KsmConfiguration { Run = KsmRunState.Running };
        Assert.Empty(settings.Plan(request, force: false));
        Assert.Equal(ErrorReason.KnobBusy, Assert.Throws<KsmToolsException>(() => settings.Set(request, force: false, "Start-Ksm")).Reason);

        // Nothing was agreed to; after the wait there is something to write, which is to be asked for.
        Assert.False(WhileWaiting(command => settings.TrySet(request, force: false, agreed: [], command), first.Dispose));
        Assert.Equal("0", _tree["run"]);
        Assert.True(settings.TrySet(request, force: false, settings.Plan(request, force: false), "Start-Ksm"));
        Assert.Equal("1", _tree["run"]);
    }

    [Theory]
    [InlineData("Start-Ksm")]
    [InlineData("Set-KsmConfiguration -Run Running")]
    [InlineData("Reset-KsmConfiguration")]
    [InlineData("Stop-Ksm -Confirm:$false")]
    [InlineData("Save-KsmConfiguration -Path ksm.conf")]
    [InlineData("Restore-KsmConfiguration")]
    [InlineData("Invoke-KsmMerge -Timeout 1")]
    [InlineData("Optimize-Ksm ScanTime -Apply")]
    [InlineData("Optimize-Ksm MemoryPressure -Threshold 99% -Apply")]
    [InlineData("Optimize-Ksm MemoryPressure -Threshold 1% -MinimumThreshold 0 -Apply")]
    [InlineData("Optimize-Ksm MemoryPressure -Apply -Continuous")]
    public void Every_command_that_reads_to_write_waits_or_names_the_holder(string script)
    {
        using var root = new KernelRoot(_tree);
        using var host = new ModuleHost();
        _tree.Put("proc/meminfo", $"MemTotal: {16 << 20} kB\nMemAvailable: {1000 << 10} kB\n");
        using var first = KsmTemporarySettings.Begin(_tree, "Invoke-First");
        first.Apply(new KsmConfiguration { Run = KsmRunState.Running });
        string before = _tree.Snapshot();
        script = script.Replace("ksm.conf", _tree.Locate("/ksm.conf"), StringComparison.Ordinal);
        Assert.Contains("Invoke-First", host.Run(script).Error(ErrorReason.KnobBusy).Exception.Message, StringComparison.Ordinal);

        long start = Stopwatch.GetTimestamp();
        _ = host.Run($"{script} -LockTimeout 300ms").Error(ErrorReason.KnobBusy);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 300);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void What_would_be_restored_is_not_said_of_a_command_that_runs()
    {
        using var root = new KernelRoot(_tree);
        using var host = new ModuleHost();
        Assert.Empty(host.Run("Restore-KsmConfiguration -WhatIf").Errors);
        using (var settings = KsmTemporarySettings.Begin(_tree, "Invoke-First"))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
            _ = host.Run("Restore-KsmConfiguration -WhatIf").Error(ErrorReason.KnobBusy);
        }

        using (CommandLock.Take(_tree, CommandLock.Settings, "Set-Third"))
        {
            Assert.Empty(host.Run("Restore-KsmConfiguration -WhatIf").Errors);
        }
    }

    [Fact]
    public void Who_reads_to_keep_is_told_whose_settings_these_are()
    {
        using var root = new KernelRoot(_tree);
        using var host = new ModuleHost();
        using (var first = KsmTemporarySettings.Begin(_tree, "Invoke-First"))
        {
            Assert.Empty(host.Run("Get-KsmConfiguration").Warnings);
            first.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
            string warning = Assert.Single(host.Run("Get-KsmConfiguration").Warnings);
            Assert.Contains("Invoke-First", warning, StringComparison.Ordinal);
            Assert.Contains("sleep_millisecs 0 -> 20", warning, StringComparison.Ordinal);
        }

        Assert.Empty(host.Run("Get-KsmConfiguration").Warnings);
    }

    [Fact]
    public void A_holder_that_is_none_of_ours_is_named()
    {
        Needs.Program("flock");
        CommandLock.Take(_tree, CommandLock.Settings, "Invoke-First").Dispose();
        using Process other = Process.Start("flock", ["--no-fork", _tree.Locate("/run/ksmtools/lock"), "sleep", "1000"]);
        try
        {
            Wait.Until(() => CommandLock.HolderOf(_tree, CommandLock.Settings) is not null && File.ReadAllText($"/proc/{other.Id}/comm") == "sleep\n", "it does not hold the lock", other);
            Assert.Equal($"process {other.Id} (sleep)", CommandLock.HolderOf(_tree, CommandLock.Settings));
            KsmToolsException failure = Assert.Throws<KsmToolsException>(() => CommandLock.Take(_tree, CommandLock.Settings, "Invoke-Second"));
            Assert.Contains($"process {other.Id} (sleep)", failure.Message, StringComparison.Ordinal);

            // What a killed command had written there is not believed.
            Stranger.Shell($"printf 'Invoke-Killed, process 4194305, since yesterday' > {_tree.Locate("/run/ksmtools/lock")}");
            failure = Assert.Throws<KsmToolsException>(() => CommandLock.Take(_tree, CommandLock.Settings, "Invoke-Second"));
            Assert.Contains($"process {other.Id} (sleep)", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Invoke-Killed", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            other.Kill();
            Wait.Ended(other);
        }
    }

    [Fact]
    public void A_holder_in_another_pid_namespace_still_runs()
    {
        Needs.Root();
        Needs.Program("unshare");
        using var settings = KsmTemporarySettings.Begin(_tree, "Invoke-First");
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        ShellResult result = Ksmsh.RunAfter(
            ["unshare", "--pid", "--fork", "--mount-proc", "env", $"KSMTOOLS_ROOT={_tree.Root}"],
            "-NoProfile", "-NonInteractive", "-Command", "foreach ($command in 'Get-KsmStatus', 'Get-KsmConfiguration') { $null = & $command -WarningVariable said -WarningAction Ignore; \"$($said.Count) $said\" }");
        Assert.True(result.ExitCode == 0, result.Errors);

        // It says whose settings are in force, and not that they were left.
        string expected = $"1 {new KsmSettings(_tree).TemporaryRemark}";
        Assert.Equal([expected, expected], result.Lines);
        Assert.Contains("Invoke-First", expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_ends_with_the_command()
    {
        using var taken = CommandLock.Take(_tree, CommandLock.Settings, "Invoke-First");
        using var source = new CancellationTokenSource();
        var command = new ActingCommand("Invoke-Second") { LockTimeout = Wait.Limit, Waiting = _ => source.Cancel(), CancellationToken = source.Token };
        Assert.ThrowsAny<OperationCanceledException>(() => CommandLock.Take(_tree, CommandLock.Settings, command));
    }

    [Fact]
    public void A_lock_is_let_go_of()
    {
        CommandLock.Take(_tree, CommandLock.Settings, "Invoke-First").Dispose();
        Assert.Null(CommandLock.HolderOf(_tree, CommandLock.Settings));
        Assert.Empty(File.ReadAllText(_tree.Locate("/run/ksmtools/lock")));
        CommandLock.Take(_tree, CommandLock.Settings, "Invoke-Second").Dispose();
    }

    // Runs something that waits for a lock, and lets go of the lock once it waits.
    private static T WhileWaiting<T>(Func<ActingCommand, T> action, Action letGo)
    {
        using var waits = new ManualResetEventSlim();
        var command = new ActingCommand("Invoke-Second")
        {
            LockTimeout = Wait.Limit,
            Waiting = holder =>
            {
                Assert.Contains("Invoke-First", holder, StringComparison.Ordinal);
                waits.Set();
            },
        };
        Task<T> running = Task.Run(() => action(command));
        Wait.Until(() => waits.IsSet || running.IsCompleted, "nobody waits");
        Assert.False(running.IsCompleted);
        letGo();
        Assert.True(running.Wait(Wait.Limit));
        return running.Result;
    }
}
