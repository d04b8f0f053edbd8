using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.PerfData;

/// <summary>The data section of a file, or what there is of it.</summary>
internal sealed class PerfSectionBytes : PerfBytes
{
    private readonly BinaryFile _file;
    private readonly long _end;

    public PerfSectionBytes(BinaryFile file, long start, long end)
    {
        _file = file;
        _end = end;
        Position = start;
    }

    public override bool IsSection => true;

    public override int Read(Span<byte> buffer)
    {
        int count = _file.ReadAt(Position, buffer[..(int)Math.Min(buffer.Length, _end - Position)]);
        Position += count;
        return count;
    }

    public override long Skip(long count)
    {
        long passed = Math.Min(count, _end - Position);
        Position += passed;
        return passed;
    }
}
