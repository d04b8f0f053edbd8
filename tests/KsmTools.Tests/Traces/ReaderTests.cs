using System.Text;
using CsCheck;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tests.Traces;

/// <summary>However a file is cut, packed, damaged or read, the events are the same or the reason is said.</summary>
public sealed class ReaderTests
{
    private static readonly byte[] Sample = TraceHelp.Unpacked(Checkout.Data("captures/6.12-kprobe/mixed.trace.txt.gz"))[..300_000];

    [Fact]
    public void Every_block_and_read_size_gives_the_same_events()
    {
        byte[] text = File.ReadAllBytes(Checkout.Data("captures/6.12-fprobe/ksm.trace.txt"));
        List<TraceRecord> expected = TraceHelp.Read(text, helpers: 0).Records;
        Assert.Equal(12, expected.Count);
        for (int size = 1; size < 700; size++)
        {
            Assert.Equal(expected, TraceHelp.Read(text, size, size, helpers: 0).Records);
        }

        Assert.Equal(expected, TraceHelp.Read(text, 1 << 16, 7, helpers: 0).Records);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Helpers_change_nothing(int helpers)
    {
        List<TraceRecord> expected = TraceHelp.Read(Sample, helpers: 0).Records;
        foreach (int size in (int[])[500, 4096, 65536])
        {
            Assert.Equal(expected, TraceHelp.Read(Sample, size, size, helpers).Records);
        }
    }

    [Fact]
    public void A_file_cut_anywhere_gives_all_that_is_whole_and_nothing_else()
    {
        byte[] text = File.ReadAllBytes(Checkout.Data("captures/6.1-kprobe/anon.trace.txt"));
        List<TraceRecord> all = TraceHelp.Read(text).Records;
        for (int length = 900; length <= text.Length; length++)
        {
            (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(text[..length]);
            Assert.Equal(all.Take(records.Count), records);
            int whole = Encoding.UTF8.GetString(text, 0, length).Split('\n')[..^1].Count(line => line.Contains("rmap_walk_", StringComparison.Ordinal));
            Assert.InRange(records.Count, whole, whole + 1);
            Assert.True(reader.Failure is null || reader.Failure.Reason == ErrorReason.TraceTruncated);
        }
    }

    [Fact]
    public void Gzip_of_several_members_is_read_to_its_end()
    {
        byte[] text = File.ReadAllBytes(Checkout.Data("captures/6.12-native/ksm.trace.txt"));
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read([.. TraceHelp.Gzip(text), .. TraceHelp.Gzip(text)]);
        Assert.Equal((12, 12), (records.FindIndex(record => record.IsNewTrace), records.Count - 13));
        Assert.Null(reader.Failure);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Gzip_whose_check_fails_gives_what_came_before(int fromEnd)
    {
        string line = "         rmaplab-190     [000] .....    20.881212: rmap_walk_end: (a <- b)\n";
        byte[] packed = TraceHelp.Gzip(System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 1000))));
        packed[^fromEnd] ^= 1;
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(packed);
        Assert.Equal(ErrorReason.TraceCorrupt, reader.Failure?.Reason);
        Assert.Equal(1000, records.Count);
    }

    [Fact]
    public void Gzip_that_is_cut_off_gives_what_is_whole_and_says_so()
    {
        byte[] packed = TraceHelp.Gzip(Sample);
        List<TraceRecord> all = TraceHelp.Read(Sample).Records;
        foreach (int length in (int[])[packed.Length / 2, packed.Length - 9, packed.Length - 8, packed.Length - 4, packed.Length - 1])
        {
            (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(packed[..length]);
            Assert.Equal(ErrorReason.TraceTruncated, reader.Failure?.Reason);
            Assert.NotEmpty(records);
            Assert.Equal(all.Take(records.Count), records);
        }
    }

    [Fact]
    public void Gzip_that_is_damaged_gives_what_was_before_and_says_so()
    {
        byte[] packed = TraceHelp.Gzip(Sample);
        packed[^6] ^= 0xFF;
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(packed);
        Assert.Equal(ErrorReason.TraceCorrupt, reader.Failure?.Reason);
        Assert.NotEmpty(records);
    }

    [Fact]
    public void A_line_without_end_is_passed_over_and_the_rest_is_read()
    {
        byte[] line = Encoding.UTF8.GetBytes("         rmaplab-190     [000] .....    20.881212: rmap_walk_end: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false\n");
        byte[] endless = Enumerable.Repeat((byte)'x', LineBlocks.LongestLine * 3).ToArray();
        Assert.Equal(2, TraceHelp.Read([.. line, .. endless, (byte)'\n', .. line], 4096, 4096).Records.Count);
    }

    [Fact]
    public void A_pipe_is_read_as_it_comes_and_waiting_can_be_stopped()
    {
        using var folder = new TemporaryFolder();
        string pipe = Path.Combine(folder.Path, "pipe");
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", pipe))
        {
            make.WaitForExit();
        }

        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
        using ITraceReader reader = TraceReaders.OpenWalks(pipe);
        writer.Write(Encoding.UTF8.GetBytes("         rmaplab-190     [000] .....    20.881212: rmap_walk_end: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false\n"));
        writer.Flush();
        Assert.True(reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None));
        Assert.Equal(1, records.Length);
        using var stop = new CancellationTokenSource(100);
        Assert.Throws<OperationCanceledException>(() => reader.Read(out _, stop.Token));
        writer.Write("x\n"u8);
    }

    [Fact]
    public void A_pipe_that_nobody_writes_is_opened_at_once_and_waited_for()
    {
        using var folder = new TemporaryFolder();

        // What waits is not ended by a stop, and would take what is meant for another.
        string silent = Path.Combine(folder.Path, "silent");
        string pipe = Path.Combine(folder.Path, "pipe");
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", [silent, pipe]))
        {
            make.WaitForExit();
        }

        using (ITraceReader stopped = TraceReaders.OpenWalks(silent))
        using (var stop = new CancellationTokenSource(100))
        {
            Assert.Throws<OperationCanceledException>(() => stopped.Read(out _, stop.Token));
        }

        using ITraceReader reader = TraceReaders.OpenWalks(pipe);
        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
        writer.Write(Encoding.UTF8.GetBytes("         rmaplab-190     [000] .....    20.881212: rmap_walk_end: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false\n"));
        writer.Flush();
        Assert.True(reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None));
        Assert.Equal(1, records.Length);
    }

    /// <summary>Whatever the bytes are, there is an answer, and it is one of ours.</summary>
    [Fact]
    public void Damaged_traces_never_break_the_reader()
    {
        byte[] seed = [.. File.ReadAllBytes(Checkout.Data("captures/6.12-native/ksm.trace.txt")), .. File.ReadAllBytes(Checkout.Data("captures/6.1-kprobe/anon.trace.txt"))];
        Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte, Gen.Int[0, 3]).Array[1, 60].ForAll(
            changes =>
            {
                List<byte> bytes = [.. seed];
                foreach ((int position, byte value, int how) in changes)
                {
                    int at = position % bytes.Count;
                    switch (how)
                    {
                        case 0:
                            bytes[at] = value;
                            break;
                        case 1:
                            bytes.RemoveRange(at, Math.Min(value, bytes.Count - at - 1));
                            break;
                        case 2:
                            bytes.Insert(at, value);
                            break;
                        default:
                            bytes.InsertRange(at, bytes.GetRange(at, Math.Min((int)value, bytes.Count - at)));
                            break;
                    }
                }

                AssertReadable([.. bytes]);
            },
            cases: 500);
    }

    [Fact]
    public void Random_bytes_never_break_the_reader() => Gen.Byte.Array[0, 5000].ForAll(AssertReadable, cases: 300);

    private static IEnumerable<(TraceRecord Record, string Command, string Function, string Caller)> Named((List<TraceRecord> Records, ITraceReader Reader) read) =>
        read.Records.Select(record => (
            record with { Function = 0, Caller = 0, Command = default },
            record.Command.ToString(read.Reader.Symbols),
            read.Reader.Symbols.Name(record.Function),
            read.Reader.Symbols.Name(record.Caller)));

    private static void AssertReadable(byte[] bytes)
    {
        try
        {
            // Functions and overlong names are numbered in the order they are met, which helpers change.
            Assert.Equal(Named(TraceHelp.Read(bytes, helpers: 0)), Named(TraceHelp.Read(bytes, 300, 100, helpers: 1)));
        }
        catch (KsmToolsException failure)
        {
            Assert.NotEmpty(failure.RecommendedAction);
        }
    }
}
