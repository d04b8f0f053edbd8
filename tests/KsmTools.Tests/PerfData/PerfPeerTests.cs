using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing.PerfData;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.PerfData;

/// <summary>The installed perf reads the same from the same files.</summary>
public sealed class PerfPeerTests
{
    [Theory]
    [InlineData("6.12-native/ksm")]
    [InlineData("6.12-kprobe/anon")]
    [InlineData("6.12-fprobe/file")]
    [InlineData("thp-locked/locked")]
    public void Real_recordings_as_they_are_and_rewritten(string name)
    {
        PerfProgram.Needs();
        byte[] file = RecordingTests.Recording(name);
        Same(file);
        Same(PerfDataFiles.AsPipe(file));
        Same(PerfDataFiles.AsCompressed(file, padded: false));
    }

    [Theory]
    [InlineData(PerfSampleType.None, false)]
    [InlineData(PerfSampleType.CallChain | PerfSampleType.Read, false)]
    [InlineData(PerfSampleType.None, true)]
    [InlineData(PerfSampleType.CallChain | PerfSampleType.Read, true)]
    internal void Two_CPUs_in_rounds_with_names_that_change(PerfSampleType more, bool bigEndian)
    {
        PerfProgram.Needs();
        var writer = new PerfDataWriter(new SubBufferWriter(bigEndian, 8, 4096));
        writer.Parts |= more;
        writer.ReadFormat = PerfReadFormat.Id | PerfReadFormat.TimeEnabled;
        writer.Name(0, 42, "worker").Name(0, 43, "other worker").Name(1500, 42, "renamed").NewThread(1400, 44, 43);
        PerfDataFiles.Rounds(writer).Sample(true, 5000, 44, 1, 0xf00).Sample(false, 5001, 99, 1, 0xf00).Round();
        Same(writer.File());

        // perf cannot read samples of the other byte order from what a pipe gave.
        if (!bigEndian)
        {
            Same(writer.Pipe());
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("pipe")]
    [InlineData("compressed")]
    [InlineData("threads")]
    [InlineData("compressed threads")]
    public void A_recording_of_now_is_read_to_its_end(string kind)
    {
        PerfProgram.Needs();
        Support.Needs.Root();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        string[] what = ["-a", "-e", "sched:sched_process_fork", "-e", "sched:sched_process_exec", "--", "true"];
        (int code, _, string errors) = kind switch
        {
            "pipe" => PerfProgram.Run(path, ["record", "-o", "-", .. what]),
            "compressed" => PerfProgram.Run(null, ["record", "-z", "-o", path, .. what]),
            "threads" => PerfProgram.Run(null, ["record", "--threads", "-o", path, .. what]),
            "compressed threads" => PerfProgram.Run(null, ["record", "-z", "--threads", "-o", path, .. what]),
            _ => PerfProgram.Run(null, ["record", "-o", path, .. what]),
        };
        Assert.SkipUnless(code == 0, "needs a kernel that lets perf record tracepoints: " + errors.Trim());

        (List<RmapEvent> events, long lost, ITraceReader reader) = Captures.ReadFile(path);
        Assert.Null(reader.Failure);
        Assert.Equal(TraceFormat.PerfData, reader.Format);
        Assert.Empty(events);
        Assert.Equal((0L, 0L), (lost, reader.UnreadableEvents));
        Assert.Contains("sched:sched_process_exec", PerfProgram.Script(path), StringComparison.Ordinal);
    }

    private static void Same(byte[] file)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        File.WriteAllBytes(path, file);
        (List<RmapEvent> events, _, ITraceReader reader) = Captures.ReadFile(path);
        Assert.Null(reader.Failure);
        RecordingTests.AssertSame(TraceHelp.Events(PerfProgram.Script(path)), events);
    }
}
