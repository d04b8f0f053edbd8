using System.Text;
using KsmTools.Errors;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceDat;

/// <summary>Version 6 (trace-cmd.dat.v6(5)): everything in a fixed order, options before the data, nothing compressed.</summary>
internal static class TraceDatVersion6
{
    private const int WordLength = 10;

    public static TraceDatContents Read(BinaryFile file, TraceDatHeader header, WantedEvents wanted)
    {
        var contents = new TraceDatContents();
        var cursor = new TraceDatCursor(file, header.Order, header.End, file.Length - header.End);
        try
        {
            TraceDatFormats.ReadHeaders(cursor, contents, file.Path);
            TraceDatFormats.ReadSystem(cursor, contents, wanted, file.Path);
            TraceDatFormats.ReadEvents(cursor, contents, wanted, file.Path);
            uint symbols = cursor.UInt32();
            long symbolsAt = cursor.Position;
            cursor.Skip(symbols);
            contents.KernelSymbols = () => new TraceDatCursor(file, header.Order, symbolsAt, symbols).Span(symbols).ToArray();
            cursor.Skip(cursor.UInt32());
            TraceDatFormats.ReadCommands(cursor, contents);
            contents.CpuCount = Cpus(cursor, cursor.UInt32());
            ReadData(file, header, cursor, contents);
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.TraceTruncated)
        {
            contents.Failure = failure;
        }

        return contents;
    }

    private static void ReadData(BinaryFile file, TraceDatHeader header, TraceDatCursor cursor, TraceDatContents contents)
    {
        var instances = new List<(long Offset, string Name)>();
        bool hasClock = false;
        string word = Word(cursor);
        if (word == "options")
        {
            hasClock = ReadOptions(file, header, cursor, contents, instances);
            word = Word(cursor);
        }

        if (word == "latency")
        {
            contents.HasText = true;
            return;
        }

        IReadOnlyList<TraceDatArea> top = Areas(cursor, word, contents.CpuCount!.Value);

        // The clock of the whole file follows the table of the top buffer.
        contents.Clock = hasClock ? TraceClock.Selected(Encoding.ASCII.GetString(cursor.Span(cursor.Offset()))) : "local";
        Add(string.Empty, top);
        foreach ((long offset, string name) in instances)
        {
            cursor.Seek(offset);
            Add(name, Areas(cursor, Word(cursor), contents.CpuCount.Value));
        }

        void Add(string name, IReadOnlyList<TraceDatArea> areas)
        {
            if (!contents.TryAdd(new TraceDatBuffer { Name = name, Clock = contents.Clock!, PageSize = header.PageSize, Areas = areas }))
            {
                throw cursor.Corrupt(Messages.ReasonTooManyCpus);
            }
        }
    }

    private static bool ReadOptions(
        BinaryFile file, TraceDatHeader header, TraceDatCursor cursor, TraceDatContents contents, List<(long Offset, string Name)> instances)
    {
        bool hasClock = false;
        for (ushort id = cursor.UInt16(); id != TraceDatOptions.Done; id = cursor.UInt16())
        {
            uint size = cursor.UInt32();
            var option = new TraceDatCursor(file, header.Order, cursor.Position, size);
            switch (id)
            {
                case TraceDatOptions.Buffer:
                    instances.Add((option.Offset(), option.Text()));
                    break;
                case TraceDatOptions.Clock:
                    hasClock = true;
                    break;
                case TraceDatOptions.CpuCount:
                    contents.CpuCount = Cpus(option, option.UInt32());
                    break;
                default:
                    contents.ReadOption(id, option);
                    break;
            }

            cursor.Skip(size);
        }

        return hasClock;
    }

    private static List<TraceDatArea> Areas(TraceDatCursor cursor, string word, int cpus)
    {
        if (word != "flyrecord")
        {
            throw cursor.Corrupt(Messages.ReasonNoData);
        }

        var areas = new List<TraceDatArea>();
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            long offset = cursor.Offset();
            areas.Add(new TraceDatArea(cpu, offset, cursor.Offset()));
        }

        return areas;
    }

    private static int Cpus(TraceDatCursor cursor, uint count) =>
        count <= RingBufferLimits.MaximumCpus ? (int)count : throw cursor.Corrupt(Messages.ReasonTooManyCpus);

    private static string Word(TraceDatCursor cursor) => Encoding.ASCII.GetString(cursor.Span(WordLength)).TrimEnd('\0', ' ');
}
