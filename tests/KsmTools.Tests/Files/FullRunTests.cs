using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>A <c>/run</c> that is full or may not be written: a small one of their own for each test.</summary>
public sealed class FullRunTests
{
    private const string Knobs = "$knobs = { (Get-ChildItem /sys/kernel/mm/ksm/run, /sys/kernel/mm/ksm/*_to_scan, /sys/kernel/mm/ksm/sleep* | ForEach-Object { Get-Content $_ }) -join ' ' }; $before = & $knobs;";

    public FullRunTests()
    {
        Needs.Root();
        Needs.Ksm();
    }

    [Fact]
    public void What_needs_a_journal_is_refused_on_a_full_one_and_what_needs_none_goes_on()
    {
        string output = Run(
            "size=16k",
            Knobs + """
            $null = Get-KsmConfiguration
            Set-KsmConfiguration -SleepMilliseconds 21
            Set-KsmConfiguration -SleepMilliseconds 20
            'x' * 64kb | Set-Content /run/filler -ErrorAction Ignore
            foreach ($script in { Invoke-KsmMerge -Timeout 1 }, { Test-KsmMigration -Scenario Basic }, { Invoke-RmapBenchmark Ksm -PageCount 10 -Source Elapsed }, { Optimize-Ksm MemoryPressure -Apply -Continuous }) {
                try { & $script *> $null; 'none' } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]) $($_.Exception.GetType().Name) $($_.ErrorDetails.RecommendedAction)" }
                (& $knobs) -eq $before
            }
            Set-KsmConfiguration -SleepMilliseconds 22
            Get-Content /sys/kernel/mm/ksm/sleep_millisecs
            Set-KsmConfiguration -SleepMilliseconds 20
            Remove-Item /run/filler
            $null = Invoke-KsmMerge -Timeout 20 -WarningAction Ignore
            (& $knobs) -eq $before
            (Get-ChildItem /run -Recurse -File).Name | Sort-Object
            """);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int command = 0; command < 4; command++)
        {
            Assert.StartsWith("KernelIoError KsmToolsException ", lines[2 * command], StringComparison.Ordinal);
            Assert.Contains("df -h", lines[2 * command], StringComparison.Ordinal);
            Assert.DoesNotContain("/sys", lines[2 * command], StringComparison.Ordinal);
            Assert.Equal("True", lines[(2 * command) + 1]);
        }

        Assert.Equal(["22", "True", "lock"], lines[8..]);
    }

    [Fact]
    public void A_disk_that_fills_up_meanwhile_does_not_keep_settings_from_coming_back()
    {
        string output = Run(
            "size=16k",
            Knobs + """
            $filler = Start-Process sh -PassThru -ArgumentList '-c', '"touch /run/runs; until grep -q 1 /sys/kernel/mm/ksm/run; do :; done; dd if=/dev/zero of=/run/filler bs=1k 2> /dev/null"'
            while (-not (Test-Path /run/runs)) { Start-Sleep -Milliseconds 5 }
            $region = New-RmapRegion Ksm 3000
            try { Invoke-KsmMerge -FullScans 20 -Timeout 60 | Out-Null; 'merged' } catch { $_.FullyQualifiedErrorId }
            $filler | Wait-Process
            (& $knobs) -eq $before
            (Get-ChildItem /run -Recurse -File).Name | Sort-Object
            """);
        Assert.Equal(["merged", "True", "filler", "lock", "runs"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_damaged_journal_on_a_full_one_is_not_lost_and_what_can_be_read_comes_back()
    {
        string output = Run(
            "size=16k",
            """
            Set-KsmConfiguration -SleepMilliseconds 22
            Set-KsmConfiguration -SleepMilliseconds 20
            "smart_scan=1 -> 0`nsleep_millisecs=20 -> 23`nrun=zer" | Set-Content /run/ksmtools/journal
            [IO.File]::WriteAllText('/sys/kernel/mm/ksm/sleep_millisecs', '23')
            'x' * 64kb | Set-Content /run/filler -ErrorAction Ignore
            Restore-KsmConfiguration 2>&1 | ForEach-Object { "$($_.FullyQualifiedErrorId.Split(',')[0]) $_" }
            Get-Content /sys/kernel/mm/ksm/sleep_millisecs
            Remove-Item /run/filler
            (Get-ChildItem /run -Recurse -File).FullName -replace '-\d+T\d+Z'
            """);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("StateDamaged ", lines[0], StringComparison.Ordinal);
        Assert.Contains("run=zer", lines[0], StringComparison.Ordinal);
        Assert.Equal(["20", "/run/ksmtools/lock", "/run/ksmtools/damaged/journal"], lines[1..]);
    }

    [Fact]
    public void What_cannot_be_put_back_is_told_also_where_that_cannot_be_recorded()
    {
        Assert.SkipUnless(RealKsm.Read("run") != "1" && RealKsm.Read("max_page_sharing") == "256", "KSM is in use on this machine");

        // max_page_sharing changes only where nothing is merged, and what ended since ksmd stopped is counted still.
        RealKsm.Empty();
        string output = Run(
            "size=16k",
            """
            Set-KsmConfiguration -MaxPageSharing 64
            $region = New-RmapRegion Ksm 100
            $null = Invoke-KsmMerge
            "max_page_sharing=256 -> 64" | Set-Content /run/ksmtools/journal
            'x' * 64kb | Set-Content /run/filler -ErrorAction Ignore
            try { Restore-KsmConfiguration 2> $null 3> $null } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]) $($_.ErrorDetails.RecommendedAction)" }
            Get-Content /run/ksmtools/journal
            Stop-Ksm -Unmerge -Confirm:$false 3> $null
            Restore-KsmConfiguration 2> $null 3> $null
            Get-Content /sys/kernel/mm/ksm/max_page_sharing
            Stop-Ksm
            (Get-ChildItem /run -Recurse -File).FullName -replace '-\d+T\d+Z'
            """);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("StateRestoreFailed ", lines[0], StringComparison.Ordinal);
        Assert.Contains("Stop-Ksm -Unmerge", lines[0], StringComparison.Ordinal);
        Assert.Equal(["max_page_sharing=256 -> 64", "256", "/run/filler", "/run/ksmtools/lock", "/run/ksmtools/damaged/journal"], lines[1..]);
    }

    [Fact]
    public void One_that_is_read_only_is_named_and_nothing_changes()
    {
        string output = Run(
            "size=64k",
            Knobs + """
            mount -o remount,ro /run
            foreach ($script in { Set-KsmConfiguration -SleepMilliseconds 21 }, { Invoke-KsmMerge -Timeout 1 }) {
                try { & $script *> $null; 'none' } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]) $($_.ErrorDetails.RecommendedAction)" }
                (& $knobs) -eq $before
            }
            $null = Get-KsmStatus
            mount -o remount,rw /run
            Set-KsmConfiguration -SleepMilliseconds 21
            Set-KsmConfiguration -SleepMilliseconds 20
            (& $knobs) -eq $before
            """);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string refusal in (string[])[lines[0], lines[2]])
        {
            Assert.StartsWith("AccessDenied ", refusal, StringComparison.Ordinal);
            Assert.EndsWith("mount -o remount,rw /run", refusal, StringComparison.Ordinal);
        }

        Assert.Equal(["True", "True", "True"], [lines[1], lines[3], lines[4]]);
    }

    private static string Run(string size, string script)
    {
        string before = RealKsm.Snapshot();
        ShellResult result = Ksmsh.RunAfter(
            ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o mode=755,{size} none /run && exec \"$@\"", "sh"], "-NoProfile", "-NonInteractive", "-Command", script);
        Assert.Equal(before, RealKsm.Snapshot());
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output;
    }
}
