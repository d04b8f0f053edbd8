using KsmTools.Tests.Support;

namespace KsmTools.Tests.Sessions;

/// <summary>A session is not what somebody made of the top level's options: a new instance has them as they are at the time.</summary>
public sealed class SessionOptionsTests
{
    private static readonly string[] Unusual = ["nooverwrite", "latency-format", "raw", "nocontext-info", "noirq-info", "verbose", "stacktrace"];

    public SessionOptionsTests() => Needs.Tracing();

    [Fact]
    public void A_session_has_options_of_its_own() => RealTracing.UnderOptions(Unusual, () =>
    {
        using var running = new SchedulerSession(bufferSize: 8192);
        string[] own = running.Session.Instance.ReadText("trace_options")!.Split('\n');
        Assert.DoesNotContain(own, Unusual.Contains);

        // What has no room is overwritten, which leaves a mark, and not dropped without one.
        SchedulerSession.WorkUntil(() => running.Session.Statistics().Sum(cpu => cpu.Overrun) > 500);
        Assert.Equal(0, running.Session.Statistics().Sum(cpu => cpu.Dropped));
    });
}
