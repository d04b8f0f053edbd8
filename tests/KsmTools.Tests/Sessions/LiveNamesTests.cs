using System.Diagnostics;
using System.Globalization;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.Sessions;

/// <summary>A thread that calls itself something else while somebody follows its events.</summary>
public sealed class LiveNamesTests
{
    private static readonly WantedEvents Switches = new(new SwitchEvents());

    [Fact]
    public void A_thread_is_shown_under_the_name_that_it_has_then()
    {
        Needs.Ksm();
        using Process thread = Process.Start(new ProcessStartInfo("bash", ["-c", "while read -r name; do printf %s \"$name\" > /proc/self/comm; sleep 0; echo; done"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            using var session = new SchedulerSession($"prev_pid == {thread.Id.ToString(CultureInfo.InvariantCulture)}");
            var symbols = new SymbolTable();
            using var reader = new LiveReader(session.Session, Switches, symbols, until: long.MaxValue, "test");
            foreach (int number in Enumerable.Range(0, 6))
            {
                // It may be taken from its CPU just before it has the name, so that what counts is what it does from then on.
                string name = $"named {number}";
                Tell(name);
                Drain(reader, symbols);
                Tell(name);
                Assert.Equal([name], Drain(reader, symbols).Distinct());
            }
        }
        finally
        {
            thread.Kill();
            thread.WaitForExit();
        }

        void Tell(string name)
        {
            thread.StandardInput.WriteLine(name);
            _ = thread.StandardOutput.ReadLine();
        }
    }

    // The names of what comes, until nothing has for a while.
    private static List<string> Drain(LiveReader reader, SymbolTable symbols)
    {
        var names = new List<string>();
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10), TestContext.Current.CancellationToken))
        {
            foreach (TraceRecord record in records)
            {
                names.Add(record.Command.ToString(symbols));
            }
        }

        return names;
    }

    private sealed class SwitchEvents : EventFamily
    {
        public override IReadOnlyList<WantedEvent> Events { get; } = [new(TraceRecordKind.Start, "sched_switch", WantedField.Number(0, "next_pid"))];

        public override LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record) => LineKind.OtherEvent;
    }
}
