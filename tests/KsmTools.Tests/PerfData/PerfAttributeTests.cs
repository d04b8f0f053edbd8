using System.Buffers.Binary;
using KsmTools.Files;
using KsmTools.Tracing.PerfData;

namespace KsmTools.Tests.PerfData;

/// <summary>Where samples and other records have their parts, by perf_event_open(2).</summary>
public sealed class PerfAttributeTests
{
    // A sample begins with its header of 8 bytes; then come identifier, ip, thread, time, addr, id, stream id, cpu, period.
    [Theory]
    [InlineData("0", -1, -1, -1, -1, 8)]
    [InlineData("Raw", -1, -1, -1, -1, 8)]
    [InlineData("Time", -1, -1, 8, -1, 16)]
    [InlineData("Thread, Time", -1, 8, 16, -1, 24)]
    [InlineData("Address, Thread, Time, Cpu, Period, Raw", -1, 16, 24, 32, 48)]
    [InlineData("Identifier, Address, Thread, Time, Cpu, Raw", 8, 24, 32, 40, 48)]
    [InlineData("Thread, Time, DataAddress, Id, StreamId, Cpu, Period", 32, 8, 16, 48, 64)]
    [InlineData("Identifier, Thread, Id, Cpu", 8, 16, -1, 32, 40)]
    [InlineData("Address, Id", 16, -1, -1, -1, 24)]
    [InlineData("Address, Cpu, StreamId", -1, -1, -1, 24, 32)]
    public void Parts_of_a_sample_follow_each_other(string parts, int id, int thread, int time, int cpu, int end)
    {
        var attribute = PerfAttribute.Read(Bytes(2, 7, Enum.Parse<PerfSampleType>(parts)), new ByteOrder(IsBigEndian: false));
        Assert.Equal((id, thread, time, cpu, end), (attribute.IdOffset, attribute.ThreadOffset, attribute.TimeOffset, attribute.CpuOffset, attribute.FixedEnd));
    }

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(2, 336, 336)]
    [InlineData(2, int.MaxValue, int.MaxValue)]
    [InlineData(2, int.MaxValue + 1L, -1)]
    [InlineData(1, 336, -1)]
    [InlineData(0, 0, -1)]
    public void Only_a_tracepoint_has_the_number_of_a_format(uint type, long config, int expected) =>
        Assert.Equal(expected, PerfAttribute.Read(Bytes(type, (ulong)config, 0), new ByteOrder(IsBigEndian: false)).TracepointId);

    [Theory]
    [InlineData(0, 64)]
    [InlineData(63, 0)]
    [InlineData(64, 64)]
    [InlineData(136, 136)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 0)]
    public void A_length_that_cannot_be_is_none(uint length, int expected)
    {
        byte[] bytes = Bytes(2, 7, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), length);
        Assert.Equal(expected, PerfAttribute.LengthOf(bytes, new ByteOrder(IsBigEndian: false)));
    }

    // sample_id_all is bit 18 of the flags, whatever the others are.
    [Theory]
    [InlineData(1UL << 18, true)]
    [InlineData(ulong.MaxValue, true)]
    [InlineData(0, false)]
    [InlineData(~(1UL << 18), false)]
    public void Other_records_have_parts_at_their_end_where_all_have(ulong flags, bool expected)
    {
        byte[] bytes = Bytes(2, 7, PerfSampleType.Thread | PerfSampleType.Time);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), flags);
        PerfTrailer? trailer = PerfAttribute.Read(bytes, new ByteOrder(IsBigEndian: false)).Trailer;
        Assert.Equal(expected ? "16 8 0 0" : null, trailer is null ? null : FormattableString.Invariant($"{trailer.Length} {trailer.FromTime} {trailer.FromCpu} {trailer.FromId}"));
    }

    // thread, time, id, stream id, CPU, identifier: the bytes of all, and from where the time, the CPU and the id are to the end.
    [Theory]
    [InlineData("0", 0, 0, 0, 0)]
    [InlineData("Thread, Id, StreamId, Cpu, Identifier", 40, 0, 16, 8)]
    [InlineData("Thread, Time, StreamId, Identifier", 32, 24, 0, 8)]
    [InlineData("Thread, Time, Cpu", 24, 16, 8, 0)]
    [InlineData("Thread, StreamId, Cpu", 24, 0, 8, 0)]
    [InlineData("Time, Id, StreamId, Cpu", 32, 32, 8, 24)]
    [InlineData("Thread, Time, Id", 24, 16, 0, 8)]
    [InlineData("Address, Period, Raw, Time, Identifier", 16, 16, 0, 8)]
    public void Parts_at_the_end_of_other_records_are_counted_from_there(string parts, int length, int time, int cpu, int id)
    {
        var trailer = new PerfTrailer(Enum.Parse<PerfSampleType>(parts));
        Assert.Equal((length, time, cpu, id), (trailer.Length, trailer.FromTime, trailer.FromCpu, trailer.FromId));
    }

    [Fact]
    public void The_last_time_of_each_CPU_is_kept()
    {
        var times = new LastTimes();
        Assert.Null(times.Of(0));
        times.Set(0, 10);
        times.Set(1, 20);
        times.Set(1, 30);
        Assert.Equal((10, 30, null), (times.Of(0), times.Of(1), times.Of(2)));
        times.Set(0, 40);
        times.Set(2, 50);
        Assert.Equal((40, 30, 50), (times.Of(0), times.Of(1), times.Of(2)));
    }

    private static byte[] Bytes(uint type, ulong config, PerfSampleType parts)
    {
        byte[] bytes = new byte[PerfAttribute.LeastLength];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, type);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), config);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), (ulong)parts);
        return bytes;
    }
}
