using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat;

/// <summary>Opens trace.dat files of trace-cmd. All buffers of a file are one trace, merged by time, as <c>trace-cmd report</c> shows them.</summary>
internal static class TraceDatReader
{
    /// <summary>Opens a file. The reader takes it over.</summary>
    /// <exception cref="KsmToolsException">It is no such file, or its description contradicts itself.</exception>
    public static IRmapReader Open(TraceFile trace, SymbolTable symbols)
    {
        if (!FileMagic.IsTraceDat(trace.Head))
        {
            throw TraceDatFailure.NotRecognised(trace.Path, Messages.TraceIsNoTraceDat, Messages.TraceIsNoTraceDatAction);
        }

        BinaryFile file = trace.AsBinary();
        TraceDatHeader header;
        try
        {
            header = TraceDatHeader.Read(file);
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.TraceTruncated)
        {
            return new RingBufferReader(file.Path, TraceFormat.TraceDat, file.Length, symbols, [], file, failure);
        }

        TraceDatContents contents = header.Version == 6 ? TraceDatVersion6.Read(file, header) : TraceDatVersion7.Read(file, header);
        if (contents.Buffers.Count == 0 && contents.Failure is null)
        {
            throw contents.HasText
                ? TraceDatFailure.NotRecognised(file.Path, Messages.TraceDatIsText, Messages.TraceDatIsTextAction)
                : TraceDatFailure.Corrupt(file.Path, Text.Format(Messages.PlaceInFile, header.Options), Messages.ReasonNoData);
        }

        List<CpuStream<RmapRecord>> streams = Streams(file, header, contents, symbols);
        return new RingBufferReader(file.Path, TraceFormat.TraceDat, file.Length, symbols, streams, file, contents.Failure) { Kernel = contents.Kernel };
    }

    private static List<CpuStream<RmapRecord>> Streams(BinaryFile file, TraceDatHeader header, TraceDatContents contents, SymbolTable symbols)
    {
        var streams = new List<CpuStream<RmapRecord>>();
        if (contents.Header is null)
        {
            return streams;
        }

        RecordLayouts layouts = RecordLayouts.From(contents.Formats, RmapLayout.Of, file.Path);
        if (layouts.IsEmpty)
        {
            return streams;
        }

        var threads = ThreadNames.Parse(contents.Commands, symbols);
        var functions = new KernelSymbols(contents.KernelSymbols, symbols);
        int areas = contents.Buffers.Sum(buffer => buffer.Areas.Count(area => area.Size > 0));
        long left = file.Length;
        foreach (TraceDatBuffer buffer in contents.Buffers)
        {
            if (!RingBufferLimits.IsSubBufferSize(buffer.PageSize, contents.Header))
            {
                throw new KsmToolsException(
                    ErrorReason.TraceCorrupt, file.Path, Text.Format(Messages.SubBufferSizeWrong, file.Path, buffer.PageSize), Messages.TraceCorruptAction);
            }

            var context = new RecordContext
            {
                IsBigEndian = header.IsBigEndian,
                Header = contents.Header,
                Layouts = layouts,
                Threads = threads,
                Functions = functions,
                TimeUnit = contents.Time.IsNanoseconds ? RmapTimeUnit.Nanoseconds : TraceClock.UnitOf(buffer.Clock),
                Time = contents.Time.For(isTop: buffer.Name.Length == 0),
            };
            foreach (TraceDatArea area in buffer.Areas)
            {
                if (area.Size > 0)
                {
                    // Each CPU's data is somewhere else: together they are no longer than the file.
                    left -= Math.Clamp(file.Length - area.Offset, 0, area.Size);
                    if (left < 0)
                    {
                        throw TraceDatFailure.Corrupt(file.Path, Text.Format(Messages.PlaceInFile, area.Offset), Messages.ReasonDataOverlaps);
                    }

                    SubBufferSource source = Source(file, header, buffer, area, areas);
                    streams.Add(new CpuStream<RmapRecord>(file.Path, area.Cpu, source, context.Decoder(area.Cpu)));
                }
            }
        }

        return streams;
    }

    private static SubBufferSource Source(BinaryFile file, TraceDatHeader header, TraceDatBuffer buffer, TraceDatArea area, int areas)
    {
        int pageSize = (int)buffer.PageSize;
        if (!buffer.IsCompressed)
        {
            return new FileSubBuffers(file, area.Cpu, area.Offset, area.Size, pageSize, RingBufferLimits.ReadSize(areas));
        }

        IUnpacker unpacker = header.Unpacker() ?? throw TraceDatFailure.Corrupt(
            file.Path, Text.Format(Messages.PlaceInFile, area.Offset), Messages.ReasonNotCompressed);
        return new ChunkedSubBuffers(new ChunkReader(file, header.IsBigEndian, area, pageSize, unpacker), pageSize, RingBufferLimits.ReadSize(areas));
    }
}
