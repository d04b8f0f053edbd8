using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceDat;

/// <summary>Opens trace.dat files of trace-cmd. All buffers of a file are one trace, merged by time, as <c>trace-cmd report</c> shows them.</summary>
internal static class TraceDatReader
{
    /// <summary>Opens a file. The reader takes it over.</summary>
    /// <exception cref="KsmToolsException">It is no such file, or its description contradicts itself.</exception>
    public static IFormatReader Open(TraceFile trace, WantedEvents wanted, SymbolTable symbols)
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

        TraceDatContents contents = header.Version == 6 ? TraceDatVersion6.Read(file, header, wanted) : TraceDatVersion7.Read(file, header, wanted);
        if (contents.Buffers.Count == 0 && contents.Failure is null)
        {
            throw contents.HasText
                ? TraceDatFailure.NotRecognised(file.Path, Messages.TraceDatIsText, Messages.TraceDatIsTextAction)
                : TraceDatFailure.Corrupt(file.Path, Text.Format(Messages.PlaceInFile, header.Options), Messages.ReasonNoData);
        }

        List<CpuStream> streams = Streams(file, header, contents, wanted, symbols);
        return new RingBufferReader(file.Path, TraceFormat.TraceDat, file.Length, symbols, streams, file, contents.Failure ?? trace.Failure)
        {
            Kernel = contents.Kernel,
            Machine = contents.Machine,
            Origin = contents.Origin,
        };
    }

    private static List<CpuStream> Streams(BinaryFile file, TraceDatHeader header, TraceDatContents contents, WantedEvents wanted, SymbolTable symbols)
    {
        var streams = new List<CpuStream>();
        if (contents.Header is null)
        {
            return streams;
        }

        EventLayouts layouts = EventLayouts.From(contents.Formats, wanted, file.Path);
        var naming = NamingEvents.From(contents.Formats);
        var threads = ThreadNames.Of(contents.Commands, symbols);
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

            var context = new BufferContext
            {
                Order = header.Order,
                Header = contents.Header,
                Layouts = layouts,
                Naming = naming,
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
                    streams.Add(new CpuStream(file.Path, area.Cpu, source, context.Decoder(area.Cpu)) { Counts = contents.Counts.Of(buffer.Name, area.Cpu) });
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
        return new ChunkedSubBuffers(new ChunkReader(file, header.Order, area, pageSize, unpacker), pageSize, RingBufferLimits.ReadSize(areas));
    }
}
