using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.PerfData;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.TraceDat;
using KsmTools.Tests.Traces;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.PerfData;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tests.Fuzzing;

/// <summary>Inputs that once broke a decoder.</summary>
public sealed class FindingsTests
{
    private const string Context = "[000] .....    20.881212: rmap_walk_start: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false\n";

    [Fact]
    public void A_comment_is_no_event_even_where_it_is_laid_out_as_one() =>
        Assert.Single(TraceHelp.Events($"         rmaplab-190     {Context}#        rmaplab-190     {Context}"));

    [Fact]
    public void A_thread_may_be_named_like_a_line_of_a_stack_trace()
    {
        // The second line goes the long way, because it ends like Windows's.
        List<RmapEvent> events = TraceHelp.Events($" => abcdefghijkl-190     {Context} => abcdefghijkl-190     {Context.Replace("\n", "\r\n", StringComparison.Ordinal)}");
        Assert.Equal(["=> abcdefghijkl", "=> abcdefghijkl"], events.Select(item => item.Command));
    }

    [Fact]
    public void A_name_of_NULs_is_a_name()
    {
        // First and last byte of such a name once meant that it was a number.
        byte[] text = Encoding.Latin1.GetBytes($"         rmaplab-190     {Context}\0bcdefghijklmno\u00FF-190     {Context}         \0b\0\0\0\0\0-190     {Context}");
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(text);
        Assert.Equal(["rmaplab", "\0bcdefghijklmno\uFFFD", "\0b"], records.Select(record => record.Command.ToString(reader.Symbols)));
    }

    [Theory]
    [InlineData("field:int \u001B[2Jx; offset:bad; size:4;\n")]
    [InlineData("name: a\u001B[2J\nID: 1\n")]
    public void A_format_is_quoted_shortened_and_without_control_characters(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text.Replace("int", "int " + new string('x', 500), StringComparison.Ordinal));
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => EventFormat.Parse(bytes, "format"));
        Assert.DoesNotContain('\u001B', failure.Message);
        Assert.InRange(failure.Message.Length, 1, 400);
    }

    [Fact]
    public void An_unreadable_migration_event_is_quoted_shortened_and_without_control_characters()
    {
        string line = $"  a-1  [000] ..... 1.000001: set_migration_pte: addr=1, pte=\u001B[2J{new string('z', 500)} order=0\n";
        using var reader = new WalkReader(new TextTraceReader(TraceFile.Of("trace.txt", Encoding.ASCII.GetBytes(line)), WalkReader.Wanted, TraceFormat.Auto, new SymbolTable()), Architecture.X64);
        while (reader.Read(out _, CancellationToken.None))
        {
        }

        Assert.Equal(1, reader.UnreadableEvents);
        Assert.Contains("\\x1b", reader.FirstUnreadableEvent, StringComparison.Ordinal);
        Assert.InRange(reader.FirstUnreadableEvent!.Length, 1, 200);
    }

    [Theory]
    [InlineData("{ lat: ~ 2^3 } hitcount: 9223372036854775807 lat: 1\n{ lat: ~ 2^4 } hitcount: 1 lat: 1\n")]
    [InlineData("{ lat: ~ 2^3 } hitcount: 1 lat: 9223372036854775807\n{ lat: ~ 2^4 } hitcount: 1 lat: 1\n")]
    public void A_histogram_of_more_than_there_can_be_is_refused(string text) =>
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(() => HistogramText.Parse(text, "hist")).Reason);

    [Fact]
    public void A_probe_profile_may_hold_anything()
    {
        Assert.Null(KprobeProfile.MissedReturns("r:g/x y\n", "   \n", "g"));
        Assert.Equal(
            long.MaxValue,
            KprobeProfile.MissedReturns("r:g/x y\nr:g/x z\n", string.Create(CultureInfo.InvariantCulture, $"x 1 {long.MaxValue}\nx 1 {long.MaxValue}\n"), "g"));
    }

    [Fact]
    public void Data_of_CPUs_that_lies_on_each_other_is_corrupt()
    {
        // A table of many CPUs that all have the whole file, in place of the buffer's own.
        var machine = new SubBufferWriter(false, 8, 512);
        var file = new TraceDatWriter(machine, 7);
        file.Buffers.Add((string.Empty, "local", [machine.Event(1000, machine.Start(1)).Page()]));
        const int Cpus = 400;
        var option = new List<byte>([.. new byte[8], 0, .. "local\0"u8, .. file.Number32(512), .. file.Number32(Cpus)]);
        for (uint cpu = 0; cpu < Cpus; cpu++)
        {
            option.AddRange([.. file.Number32(cpu), .. file.Number64(512), .. file.Number64(4096)]);
        }

        // Where there are zeros is a section that is not compressed.
        byte[] table = [.. option];
        file.Options.Add((3, table));
        file.Number64((ulong)file.Write().AsSpan().IndexOf(new byte[64])).CopyTo(table, 0);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => SyntheticFiles.Read(file.Write()));
        Assert.Equal((ErrorReason.TraceCorrupt, true), (failure.Reason, failure.Message.Contains(Messages.ReasonDataOverlaps, StringComparison.Ordinal)));
    }

    [Fact]
    public void Many_CPUs_with_an_event_each_need_little_memory()
    {
        var machine = new SubBufferWriter(false, 8, 256);
        var file = new TraceDatWriter(machine, 7);
        const int Cpus = 2000;
        file.Buffers.Add((string.Empty, "local", [.. Enumerable.Range(0, Cpus).Select(cpu => machine.Event(1000 + (ulong)cpu, machine.Start(1)).Page())]));
        byte[] bytes = file.Write();
        long before = GC.GetAllocatedBytesForCurrentThread();
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(bytes);
        Assert.Equal((Cpus, null), (records.Count, failure));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 40L << 20);
    }

    [Fact]
    public void Ids_of_events_that_lie_on_each_other_are_corrupt()
    {
        var file = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        file.Attributes.Clear();
        for (int i = 0; i < 50; i++)
        {
            file.Attributes.Add((SubBufferWriter.StartId, [1]));
        }

        byte[] bytes = file.File();
        const int IdsAt = PerfDataHeader.Length, Attribute = PerfDataWriter.AttributeLength + 16;
        for (int i = 0; i < 50; i++)
        {
            // Each one's ids are half of the file.
            Span<byte> section = bytes.AsSpan(IdsAt + (50 * 8) + (i * Attribute) + PerfDataWriter.AttributeLength);
            file.U64(0).CopyTo(section);
            file.U64((ulong)bytes.Length / 16 * 8).CopyTo(section[8..]);
        }

        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => PerfDataReader.Open(TraceFile.Of("perf.data", bytes), WalkReader.Wanted, new SymbolTable()));
        Assert.Equal((ErrorReason.TraceCorrupt, true), (failure.Reason, failure.Message.Contains(Messages.ReasonAttribute, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_compressed_record_without_room_for_its_size_is_corrupt(int length)
    {
        var file = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        file.Add(file.Record(83, new byte[length]));
        using ITraceReader reader = PerfDataReader.Open(TraceFile.Of("perf.data", file.Pipe()), WalkReader.Wanted, new SymbolTable());
        while (reader.Read(out _, CancellationToken.None))
        {
        }

        Assert.Equal(ErrorReason.TraceCorrupt, reader.Failure!.Reason);
    }
}
