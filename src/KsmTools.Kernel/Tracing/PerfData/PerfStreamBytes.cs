using KsmTools.Errors;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.PerfData;

/// <summary>A file that is read from its start to its end, as what perf record writes to a pipe.</summary>
internal sealed class PerfStreamBytes : PerfBytes
{
    private readonly TraceFile _file;
    private readonly byte[] _passed = new byte[4096];

    /// <summary>Goes on reading a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">How many bytes of it were read.</param>
    public PerfStreamBytes(TraceFile file, long position)
    {
        _file = file;
        Position = position;
    }

    public override bool MayWait => !_file.IsSeekable;

    public override KsmToolsException? Failure => _file.Failure;

    public override int Read(Span<byte> buffer)
    {
        int count = _file.Read(buffer);
        Position += count;
        return count;
    }

    public override long Skip(long count)
    {
        long left = count;
        while (left > 0 && Read(_passed.AsSpan(0, (int)Math.Min(left, _passed.Length))) is > 0 and var read)
        {
            left -= read;
        }

        return count - left;
    }
}
