using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Ksm;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Samples KSM's counters again and again, with the rates between the samples.</summary>
[Cmdlet(VerbsCommon.Watch, "Ksm")]
[OutputType(typeof(KsmStatusSample))]
public sealed class WatchKsmCommand : KsmCommand
{
    /// <summary>The time between samples.</summary>
    [Parameter(Position = 0)]
    [Duration(MinimumSeconds = 0.01, MaximumSeconds = 24 * 3600)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many samples to take; without it, until it is stopped.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var reader = new KsmStatusReader(Kernel);
        KsmStatus before = reader.Read();
        long start = Stopwatch.GetTimestamp();
        long last = start;
        for (long sample = 1; Count is null || sample <= Count; sample++)
        {
            // Against the clock and not after the last sample, so that intervals do not drift.
            TimeSpan due = (Interval * sample) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.Zero && PipelineStopToken.WaitHandle.WaitOne(due))
            {
                return;
            }

            long now = Stopwatch.GetTimestamp();
            TimeSpan interval = Stopwatch.GetElapsedTime(last, now);
            KsmStatus after = reader.Read(before, interval);
            WriteObject(KsmStatusSample.Between(before, after, interval));
            before = after;
            last = now;
        }
    }
}
