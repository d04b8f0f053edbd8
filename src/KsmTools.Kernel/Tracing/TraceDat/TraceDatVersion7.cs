using System.Text;
using KsmTools.Errors;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceDat;

/// <summary>Version 7 (trace-cmd.dat.v7(5)): sections anywhere, found through chained options, compressed or not.</summary>
internal sealed class TraceDatVersion7
{
    private const int AreaLength = 20;

    private readonly BinaryFile _file;
    private readonly TraceDatHeader _header;
    private readonly WantedEvents _wanted;
    private readonly TraceDatContents _contents = new();
    private readonly Dictionary<ushort, long> _sections = [];
    private readonly HashSet<long> _bufferSections = [];

    private TraceDatVersion7(BinaryFile file, TraceDatHeader header, WantedEvents wanted)
    {
        _wanted = wanted;
        _file = file;
        _header = header;
    }

    public static TraceDatContents Read(BinaryFile file, TraceDatHeader header, WantedEvents wanted)
    {
        var version = new TraceDatVersion7(file, header, wanted);
        version.Read();
        return version._contents;
    }

    private void Read()
    {
        Whole(ReadOptions);
        if (_contents.Failure is not null)
        {
            Whole(FindSections);
        }

        Whole(() => Section(TraceDatOptions.HeaderInfo, isNeeded: true, cursor => TraceDatFormats.ReadHeaders(cursor, _contents, _file.Path)));
        Whole(() => Section(TraceDatOptions.FtraceEvents, isNeeded: false, cursor => TraceDatFormats.ReadSystem(cursor, _contents, _wanted, _file.Path)));
        Whole(() => Section(TraceDatOptions.EventFormats, isNeeded: true, cursor => TraceDatFormats.ReadEvents(cursor, _contents, _wanted, _file.Path)));
        Whole(() => Section(TraceDatOptions.Commands, isNeeded: false, cursor => TraceDatFormats.ReadCommands(cursor, _contents)));
        _contents.KernelSymbols = KernelSymbols;
    }

    // What is cut off is noted, and what is whole is read all the same.
    private void Whole(Action read)
    {
        try
        {
            read();
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.TraceTruncated)
        {
            _contents.Failure ??= failure;
        }
    }

    private void ReadOptions()
    {
        long offset = _header.Options;
        if (offset == 0)
        {
            // The offset is filled in when recording ends.
            throw TraceDatFailure.Truncated(_file.Path, _file.Length, _file.Length);
        }

        var seen = new HashSet<long>();
        while (offset != 0)
        {
            TraceDatSection section = TraceDatSection.At(_file, _header, offset);
            TraceDatCursor cursor = section.Open(TraceDatOptions.Done);
            if (!seen.Add(offset))
            {
                throw cursor.Corrupt(Messages.ReasonCircle);
            }

            offset = ReadOptions(cursor);
        }
    }

    // The sections beside those of buffers that are read.
    private static bool IsRead(ushort id) => id is TraceDatOptions.HeaderInfo or TraceDatOptions.FtraceEvents or TraceDatOptions.EventFormats or TraceDatOptions.KernelSymbols or TraceDatOptions.Commands;

    // Gives the offset of the next options section, 0 after the last.
    private long ReadOptions(TraceDatCursor cursor)
    {
        while (true)
        {
            ushort id = cursor.UInt16();
            uint size = cursor.UInt32();
            if (size > cursor.Left)
            {
                cursor.Skip(size);
            }

            var option = new TraceDatCursor(_file.Path, _header.Order, cursor.Span(size).ToArray(), Text.Format(Messages.PlaceOption, id));
            switch (id)
            {
                case TraceDatOptions.Done:
                    return option.Offset();
                case TraceDatOptions.Buffer:
                    ReadBuffer(option);
                    break;
                case TraceDatOptions.BufferText:
                    _contents.HasText = true;
                    break;
                case TraceDatOptions.Clock:
                    _contents.Clock = TraceClock.Selected(Encoding.ASCII.GetString(option.Span(option.Left)));
                    break;
                case TraceDatOptions.CpuCount:
                    _contents.CpuCount = (int)Math.Min(option.UInt32(), int.MaxValue);
                    break;
                case var _ when IsRead(id):
                    _sections[id] = option.Offset();
                    break;
                default:
                    _contents.ReadOption(id, option);
                    break;
            }
        }
    }

    private void ReadBuffer(TraceDatCursor option)
    {
        long offset = option.Offset();
        string name = option.Text();
        string clock = option.Text();
        uint pageSize = option.UInt32();
        uint cpus = option.UInt32();
        if (cpus > option.Left / AreaLength)
        {
            throw option.Corrupt(Messages.ReasonTooManyCpus);
        }

        var areas = new List<TraceDatArea>();
        for (; cpus > 0; cpus--)
        {
            uint cpu = option.UInt32();
            long start = option.Offset();
            long size = option.Offset();
            if (cpu >= RingBufferLimits.MaximumCpus)
            {
                throw option.Corrupt(Messages.ReasonTooManyCpus);
            }

            areas.Add(new TraceDatArea((int)cpu, start, size));
        }

        _bufferSections.Add(offset);
        bool isCompressed = false;
        Whole(() => isCompressed = TraceDatSection.At(_file, _header, offset).IsCompressed);
        if (!_contents.TryAdd(new TraceDatBuffer { Name = name, Clock = clock, PageSize = pageSize, IsCompressed = isCompressed, Areas = areas }))
        {
            throw option.Corrupt(Messages.ReasonTooManyCpus);
        }
    }

    // Where the file was cut off, the last options are missing, and with them what says where a buffer's data is. trace-cmd writes the
    // sections without a gap, so they are found one after the other.
    private void FindSections()
    {
        long offset = _header.End;
        while (offset + TraceDatSection.HeaderLength <= _file.Length)
        {
            TraceDatSection section = TraceDatSection.At(_file, _header, offset);
            bool isWhole = section.End <= _file.Length && section.Size > 0;
            if (section.Id == TraceDatOptions.Buffer && _bufferSections.Add(offset))
            {
                _ = _contents.TryAdd(TraceDatRecovery.Find(_file, _header, section, _contents));
            }
            else if (isWhole && IsRead(section.Id))
            {
                _sections.TryAdd(section.Id, offset);
            }

            if (!isWhole)
            {
                return;
            }

            offset = section.End;
        }
    }

    private void Section(ushort id, bool isNeeded, Action<TraceDatCursor> read)
    {
        if (_sections.TryGetValue(id, out long offset))
        {
            read(TraceDatSection.At(_file, _header, offset).Open(id));
        }
        else if (isNeeded && _contents.Failure is null && !_contents.HasText)
        {
            throw TraceDatFailure.Corrupt(_file.Path, Text.Format(Messages.PlaceInFile, _header.Options), Messages.ReasonNoFormats);
        }
    }

    private ReadOnlyMemory<byte> KernelSymbols()
    {
        if (!_sections.TryGetValue(TraceDatOptions.KernelSymbols, out long offset))
        {
            return default;
        }

        TraceDatCursor cursor = TraceDatSection.At(_file, _header, offset).Open(TraceDatOptions.KernelSymbols);
        return cursor.Span(cursor.UInt32()).ToArray();
    }
}
