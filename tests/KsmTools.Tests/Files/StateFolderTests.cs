using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>The rule for what commands keep for each other, and what breaks it.</summary>
public sealed class StateFolderTests : IDisposable
{
    private const string Journal = "command=Invoke-KsmMerge\nprocess=4194305\ntime=now\nrun=1\npages_to_scan=999\n";

    private readonly Stranger _stranger = new();
    private readonly FakeKsmTree _tree = new();

    private string Folder => _tree.Locate(StateFolder.Place);

    /// <summary>Ways in which others get at the folder or what is in it.</summary>
    public static TheoryData<string> Breaches =>
    [
        "chmod 777 ksmtools",
        "chmod 775 ksmtools",
        "chown nobody ksmtools",
        "mv ksmtools other; ln -s other ksmtools",
        "mv ksmtools other; cp other/journal ksmtools",
        "chmod 666 ksmtools/journal",
        "chown nobody ksmtools/journal",
        "mv ksmtools/journal other; ln -s ../other ksmtools/journal",
        "ln ksmtools/journal other",
        "rm ksmtools/journal; mkfifo ksmtools/journal",
        "rm ksmtools/journal; mkdir ksmtools/journal",
    ];

    [Theory]
    [MemberData(nameof(Breaches))]
    public void What_others_could_have_planted_is_neither_believed_nor_repaired(string breach)
    {
        _tree.Put("run/ksmtools/journal", Journal);
        Stranger.Shell($"cd {Path.GetDirectoryName(Folder)}; {breach}");
        string before = _tree.Snapshot();
        var settings = new KsmSettings(_tree);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => settings.Restore("test"));
        Assert.Equal(ErrorReason.UnsafePath, failure.Reason);
        Assert.Contains(Folder, failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(ErrorReason.UnsafePath, Assert.Throws<KsmToolsException>(() => KsmTemporarySettings.Begin(_tree, "test")).Reason);
        Assert.Contains("is not used", settings.InterruptedRemark, StringComparison.Ordinal);
        Assert.Equal(before, _tree.Snapshot());
        Assert.Empty(_tree.Writes);
    }

    [Theory]
    [InlineData("chmod 777 ksmtools/sessions")]
    [InlineData("chown nobody ksmtools/sessions")]
    [InlineData("chmod 666 ksmtools/sessions/one")]
    [InlineData("mv ksmtools/sessions other; ln -s ../other ksmtools/sessions")]
    public void The_same_holds_for_the_folder_below(string breach)
    {
        _tree.Put("run/ksmtools/sessions/one", "kind=Ksm\n");
        Stranger.Shell($"cd {Path.GetDirectoryName(Folder)}; {breach}");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => StateFile.Names(_tree, "sessions").Select(name => new StateFile(_tree, name, "sessions").Read()).ToArray());
        Assert.Equal(ErrorReason.UnsafePath, failure.Reason);
    }

    [Fact]
    public void A_tree_that_root_looks_at_may_be_anothers_altogether()
    {
        _tree.Put("run/ksmtools/journal", Journal);
        Stranger.Shell($"chown -R nobody {_tree.Root}");
        Assert.Contains("Invoke-KsmMerge", new KsmSettings(_tree).InterruptedRemark, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_is_for_those_alone_who_may_change_something()
    {
        _tree.Put("run/ksmtools/lock", string.Empty);
        File.SetUnixFileMode(Path.Combine(Folder, "lock"), (UnixFileMode)0x1a4);
        using (CommandLock.Take(_tree, CommandLock.Settings, "test"))
        {
            Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(Path.Combine(Folder, "lock")));
            KsmToolsException busy = Assert.Throws<KsmToolsException>(() => CommandLock.Take(_tree, CommandLock.Settings, "other"));
            Assert.Contains($"test, process {Environment.ProcessId}", busy.Message, StringComparison.Ordinal);
        }

        CommandLock.Take(_tree, CommandLock.Sessions, "test").Dispose();
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(Path.Combine(Folder, "sessions.lock")));
    }

    [Fact]
    public void A_lock_that_is_another_file_too_is_neither_taken_nor_changed()
    {
        Stranger.Shell($"mkdir -p {Folder}; ln {_stranger.Victim} {Path.Combine(Folder, "lock")}");
        Assert.Equal(ErrorReason.UnsafePath, Assert.Throws<KsmToolsException>(() => CommandLock.Take(_tree, CommandLock.Settings, "test")).Reason);
        _stranger.AssertVictimIsUntouched();
    }

    [Fact]
    public void A_folder_that_is_too_narrow_is_made_as_it_should_be()
    {
        _ = Directory.CreateDirectory(Folder, (UnixFileMode)0x1c0);
        CommandLock.Take(_tree, CommandLock.Settings, "test").Dispose();
        Assert.Equal((UnixFileMode)0x1ed, File.GetUnixFileMode(Folder));
    }

    [Theory]
    [InlineData("000")]
    [InlineData("077")]
    [InlineData("777")]
    public void Modes_do_not_depend_on_the_mask_so_that_everybody_sees_and_nobody_holds(string mask)
    {
        Needs.Ksm();
        RealShell.NeedsOrdinaryUser();
        string script = $$"""
            $other = '--reuid', '65534', '--regid', '65534', '--clear-groups'
            $before = (Get-KsmConfiguration).SleepMilliseconds
            Set-KsmConfiguration -SleepMilliseconds ($before + 1)
            try {
                setpriv @other flock --nonblock /run/ksmtools/lock true 2> $null
                "held by another: $($LASTEXITCODE -eq 0)"
            } finally {
                Set-KsmConfiguration -SleepMilliseconds $before
            }
            (Get-Item /run/ksmtools, /run/ksmtools/lock).UnixMode -join ' '
            [IO.File]::WriteAllText('/run/ksmtools/journal', ('{{string.Join("', '", Journal.Split('\n'))}}' -join [char]10))
            chmod 644 /run/ksmtools/journal
            setpriv @other $([Environment]::ProcessPath) '{{Ksmsh.Assembly}}' -NoProfile -NonInteractive -Command '$null = Get-KsmStatus -WarningVariable said -WarningAction SilentlyContinue; "$($said.Count) warning, $($Error.Count) errors"'
            """;

        // A /run of its own, so that the folder is made anew.
        ShellResult result = Ksmsh.RunAfter(
            ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o mode=755 none /run && umask {mask} && exec \"$@\"", "sh"], "-NoProfile", "-NonInteractive", "-Command", script);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal("held by another: False\ndrwxr-xr-x -rw-------\n1 warning, 0 errors", result.Output.Trim());
    }

    public void Dispose()
    {
        _tree.Dispose();
        _stranger.Dispose();
    }
}
