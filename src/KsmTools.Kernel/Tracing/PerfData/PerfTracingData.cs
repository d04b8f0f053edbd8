using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.TraceDat;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.PerfData;

/// <summary>
/// What a recording says about its tracepoints: the formats of the events that were recorded, laid out as trace.dat of version 6 has them
/// (tools/perf/util/trace-event-info.c, <c>tracing_data_get</c>).
/// </summary>
internal sealed class PerfTracingData
{
    // 17 08 44 and "tracing".
    private const int MagicLength = 10;

    private PerfTracingData(TraceDatContents contents, byte[] kernelSymbols)
    {
        Formats = contents.Formats;
        KernelSymbols = kernelSymbols;
    }

    /// <summary>The formats of the wanted events.</summary>
    public IReadOnlyList<EventFormat> Formats { get; }

    /// <summary>The text of kallsyms; newer versions of perf leave it empty.</summary>
    public ReadOnlyMemory<byte> KernelSymbols { get; }

    /// <summary>Reads tracing data in a file.</summary>
    /// <exception cref="KsmToolsException">It is damaged or cut off.</exception>
    public static PerfTracingData Read(BinaryFile file, WantedEvents wanted, long offset, long size) =>
        Read(file.Path, wanted, (order, passed) => new TraceDatCursor(file, order, offset + passed, size - passed));

    /// <summary>Reads tracing data in memory.</summary>
    /// <exception cref="KsmToolsException">It is damaged.</exception>
    public static PerfTracingData Read(string path, WantedEvents wanted, byte[] bytes, long offset) =>
        Read(path, wanted, (order, passed) => new TraceDatCursor(path, order, bytes[passed..], Text.Format(Messages.PlaceTracingData, offset)));

    private static PerfTracingData Read(string path, WantedEvents wanted, Func<ByteOrder, int, TraceDatCursor> open)
    {
        try
        {
            TraceDatCursor start = open(ByteOrder.Own, 0);
            long begin = start.Position;
            if (!FileMagic.IsTraceDat(start.Span(MagicLength)))
            {
                throw start.Corrupt(Messages.ReasonNoTracingData);
            }

            // The version: 0.5, or 0.6 with names of threads at the end, which perf has in records of its own.
            _ = start.Text();
            byte order = start.Span(1)[0];
            if (order > 1)
            {
                throw start.Corrupt(Messages.ReasonByteOrder);
            }

            // Bytes of a long and of a page come next; neither matters to perf's samples.
            start.Skip(5);
            TraceDatCursor cursor = open(new ByteOrder(order == 1), (int)(start.Position - begin));
            var contents = new TraceDatContents();
            TraceDatFormats.ReadHeaders(cursor, contents, path);
            TraceDatFormats.ReadSystem(cursor, contents, wanted, path);
            TraceDatFormats.ReadEvents(cursor, contents, wanted, path);
            return new PerfTracingData(contents, cursor.Span(cursor.UInt32()).ToArray());
        }
        catch (KsmToolsException failure)
        {
            throw PerfDataFailure.Of(failure);
        }
    }
}
