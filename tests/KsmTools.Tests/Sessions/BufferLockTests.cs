using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceDat.Writing;

namespace KsmTools.Tests.Sessions;

/// <summary>Two commands that want the events of one session: what one takes, the other would miss without a mark, so that the second is refused.</summary>
public sealed class BufferLockTests : IDisposable
{
    private const string Name = SchedulerSession.Name;
    private const string File = "trace.dat";
    private const string Save = "Save-RmapTrace -Path FILE -Name " + Name;
    private const string Receive = "Receive-RmapEvent " + Name;
    private const string Walks = "Get-RmapWalk " + Name;
    private const string Events = "Get-KsmEvent " + Name;

    // A second one does not follow for ever, in case that it is not refused.
    private const string ForAMoment = " -Timeout 50ms";
    private const string Follow = " -Follow";

    private static readonly KernelTree Machine = new("/");

    private readonly TemporaryFolder _folder = new();
    private readonly ModuleHost _host;

    public BufferLockTests()
    {
        Needs.Tracing();
        _host = new ModuleHost();
    }

    public static TheoryData<SessionKind, string> Takers => new()
    {
        { SessionKind.Rmap, Save },
        { SessionKind.Rmap, Save + ForAMoment },
        { SessionKind.Rmap, Receive },
        { SessionKind.Rmap, Receive + ForAMoment },
        { SessionKind.Rmap, Walks + ForAMoment },
        { SessionKind.Ksm, Save },
        { SessionKind.Ksm, Save + ForAMoment },
        { SessionKind.Ksm, Events + ForAMoment },
    };

    public static TheoryData<SessionKind, string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<SessionKind, string, string>();
            foreach ((SessionKind kind, string[] commands) in new[] { (SessionKind.Rmap, new[] { Save, Receive, Walks }), (SessionKind.Ksm, [Save, Events]) })
            {
                foreach (string first in commands)
                {
                    foreach (string second in commands)
                    {
                        pairs.Add(kind, first, second);
                    }
                }
            }

            return pairs;
        }
    }

    public void Dispose()
    {
        _host?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Takers))]
    public void A_second_one_is_refused_and_has_taken_nothing(SessionKind kind, string taker)
    {
        using SchedulerSession running = Recorded(kind);
        (long Entries, long Read) before = (running.Entries, running.Read);
        using (BufferLock.Take(running.Session, "Invoke-First"))
        {
            _ = running.Session.Instance.TryWrite("buffer_percent", "25");
            ModuleResult result = Run(taker);
            AssertRefused(result, kind, "Invoke-First", Environment.ProcessId);
            Assert.Empty(result.Output);
            Assert.Equal(before, (running.Entries, running.Read));
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

            // How late the first wants to be woken is the first one's.
            Assert.Equal("25", running.Session.Instance.ReadText("buffer_percent"));
        }

        Assert.True(before.Entries > 0);
        Assert.Empty(Run(taker).Errors);
        Assert.Equal((0, before.Read + before.Entries), (running.Entries, running.Read));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Whoever_is_first_goes_on_and_ends_and_then_the_next_may(SessionKind kind, string first, string second)
    {
        using SchedulerSession running = Recorded(kind);
        using var other = new ModuleHost();
        IAsyncResult pipeline = other.Start(At(first, "first.dat") + Follow, out PowerShell shell);
        using (shell)
        {
            Wait.Until(() => pipeline.IsCompleted || running.Entries == 0, "nobody follows");
            AssertRefused(Run(second + ForAMoment), kind, first.Split(' ')[0], Environment.ProcessId);
            Assert.False(pipeline.IsCompleted);
            running.Session.Switch(on: true);
            long before = running.Read;
            SchedulerSession.WorkUntil(() => pipeline.IsCompleted || running.Read - before > 50);
            Assert.False(pipeline.IsCompleted);
            shell.Stop();
        }

        Assert.Empty(Run(second + ForAMoment).Errors);
        Assert.Null(CommandLock.HolderOf(Machine, CommandLock.OfBuffers(Name)));
    }

    [Theory]
    [InlineData(SessionKind.Rmap, "Get-RmapEvent " + Name)]
    [InlineData(SessionKind.Rmap, Walks)]
    [InlineData(SessionKind.Rmap, "Measure-RmapWalk -Name " + Name)]
    [InlineData(SessionKind.Rmap, "Get-RmapTrace " + Name)]
    [InlineData(SessionKind.Ksm, Events)]
    [InlineData(SessionKind.Ksm, "Measure-KsmScan " + Name)]
    [InlineData(SessionKind.Rmap, Save + " -WhatIf")]
    [InlineData(SessionKind.Rmap, "Clear-RmapTrace -Confirm:$false " + Name)]
    public void Who_takes_nothing_is_not_refused(SessionKind kind, string command)
    {
        using SchedulerSession running = Recorded(kind);
        using var first = BufferLock.Take(running.Session, "Invoke-First");
        Assert.Empty(Run(command).Errors);
    }

    [Fact]
    public void One_pipeline_cannot_take_the_same_events_twice()
    {
        using SchedulerSession running = Recorded(SessionKind.Rmap);
        using ITraceReader first = SessionReaders.ConsumeWalks(running.Session, new SymbolTable(), until: null, "Invoke-First");
        Assert.Equal(ErrorReason.KnobBusy, Assert.Throws<KsmToolsException>(() => SessionReaders.ConsumeWalks(running.Session, new SymbolTable(), until: null, "Invoke-First")).Reason);
        string target = Path.Combine(_folder.Path, File);
        Assert.Equal(ErrorReason.KnobBusy, Assert.Throws<KsmToolsException>(() => SessionRecording.Open(running.Session, target, replace: false, "Invoke-First")).Reason);
        first.Dispose();

        // Again and again, but one after the other.
        Assert.Empty(_host.Run($"'{Name}', '{Name}' | ForEach-Object {{ [pscustomobject]@{{ Name = $_ }} }} | Receive-RmapEvent").Errors);
    }

    [Fact]
    public void The_lock_ends_with_a_process_that_is_killed()
    {
        using SchedulerSession running = Recorded(SessionKind.Rmap);
        using Process follower = RealShell.Start(Receive + Follow);
        try
        {
            Wait.Until(() => running.Entries == 0, "nobody follows", follower);
            AssertRefused(Run(Save), SessionKind.Rmap, "Receive-RmapEvent", follower.Id);
        }
        finally
        {
            follower.Kill();
        }

        Wait.Ended(follower);
        Assert.Empty(Run(Save).Errors);
    }

    [Fact]
    public void A_session_that_is_read_is_in_use_and_its_lock_goes_with_it()
    {
        string place = Machine.Locate($"{StateFolder.Place}/{CommandLock.OfBuffers(Name)}");
        using (SchedulerSession running = Recorded(SessionKind.Rmap))
        {
            using (BufferLock.Take(running.Session, "Invoke-First"))
            {
                Assert.Equal(ErrorReason.KnobBusy, Assert.Throws<KsmToolsException>(() => new TraceSessions(Machine).Remove(running.Session, "test")).Reason);
                Assert.NotNull(CommandLock.HolderOf(Machine, CommandLock.OfBuffers(Name)));
            }

            Assert.Equal((UnixFileMode)0x180, System.IO.File.GetUnixFileMode(place));
        }

        Assert.False(System.IO.File.Exists(place));
    }

    [Fact]
    public void What_is_left_of_the_lock_of_a_session_that_is_gone_is_swept_up()
    {
        string place = Machine.Locate($"{StateFolder.Place}/{CommandLock.OfBuffers("ksmtools-test-gone")}");
        CommandLock.Take(Machine, CommandLock.OfBuffers("ksmtools-test-gone"), "test").Dispose();
        Assert.True(System.IO.File.Exists(place));
        using (Recorded(SessionKind.Rmap))
        {
            Assert.False(System.IO.File.Exists(place));
        }
    }

    [Fact]
    public void A_link_in_the_place_of_the_lock_is_not_followed()
    {
        Needs.Root();
        using SchedulerSession running = Recorded(SessionKind.Rmap);
        string place = Machine.Locate($"{StateFolder.Place}/{CommandLock.OfBuffers(Name)}");
        string precious = _folder.Write("precious", "precious");
        System.IO.File.CreateSymbolicLink(place, precious);
        long before = running.Entries;
        _ = Run(Receive).Error(ErrorReason.UnsafePath);
        Assert.Equal("precious", System.IO.File.ReadAllText(precious));
        Assert.Equal(before, running.Entries);
    }

    // A session that has seen something, and sees no more.
    private static SchedulerSession Recorded(SessionKind kind)
    {
        var running = new SchedulerSession(kind: kind);
        SchedulerSession.Work(50);
        running.Session.Switch(on: false);
        return running;
    }

    private static void AssertRefused(ModuleResult result, SessionKind kind, string command, int process)
    {
        ErrorRecord error = result.Error(ErrorReason.KnobBusy);
        Assert.Equal(ErrorCategory.ResourceBusy, error.CategoryInfo.Category);
        Assert.Equal(Errno.EAGAIN, Assert.IsType<KsmToolsException>(error.Exception).Errno);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" {Name} by {command}, process {process}, since "), error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(kind == SessionKind.Ksm ? $"Measure-KsmScan -Name {Name}" : $"Measure-RmapWalk -Name {Name}", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    private string At(string script, string file) => script.Replace("FILE", $"'{Path.Combine(_folder.Path, file)}'", StringComparison.Ordinal);

    private ModuleResult Run(string script) => _host.Run(At(script, File));
}
