using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.PerfData;

/// <summary>
/// Reads what <c>perf record</c> wrote, to a file or to a pipe, of machines of any byte order, plain or with its own compression. Events are given in
/// the order of time, with names of threads as they were then. Of a large file a helper decodes a little ahead of the caller.
/// </summary>
internal sealed class PerfDataReader : IFormatReader
{
    private readonly TraceFile _trace;
    private readonly BinaryFile? _file;
    private readonly PerfFolder? _folder;
    private readonly PerfDecoder _decoder;
    private readonly PerfPump? _pump;
    private readonly KsmToolsException? _earlier;
    private readonly RecordPull? _pull;
    private bool _ended;

    private PerfDataReader(string path, TraceFile trace, BinaryFile? file, PerfFolder? folder, PerfDecoder decoder, PerfPump? pump, KsmToolsException? failure)
    {
        _trace = trace;
        _file = file;
        _folder = folder;
        Path = path;
        Length = trace.Length + (folder?.Length ?? 0);
        _decoder = decoder;
        _pump = pump;
        _pull = pump is null ? null : new RecordPull(pump, Length, mayWait: !trace.IsSeekable);
        _earlier = failure;
        Symbols = decoder.Symbols;
    }

    public string Path { get; }

    public TraceFormat Format => TraceFormat.PerfData;

    public string? Kernel { get; private init; }

    public string? Machine { get; private init; }

    public uint Kinds => _decoder.Kinds;

    public long OtherEvents => _decoder.OtherEvents;

    public SymbolTable Symbols { get; }

    public long Position => _file is null ? _trace.Position : _pump?.BytesRead ?? 0;

    public long? Length { get; }

    public long UnreadableEvents => _decoder.UnreadableEvents;

    public string? FirstUnreadableEvent => _decoder.FirstUnreadableEvent;

    public KsmToolsException? Failure { get; private set; }

    /// <summary>Opens a folder that perf record wrote.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="first">Its file that says what was recorded. The reader takes it over.</param>
    /// <param name="wanted">The events that are wanted.</param>
    /// <param name="symbols">Takes names.</param>
    /// <exception cref="KsmToolsException">A part may not be read, or the first contradicts itself.</exception>
    public static IFormatReader OpenFolder(string path, TraceFile first, WantedEvents wanted, SymbolTable symbols)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        PerfFolder folder = PerfFolder.Open(full);
        try
        {
            return Open(first, wanted, symbols, full, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file. The reader takes it over.</summary>
    /// <exception cref="KsmToolsException">It is no such file, or it contradicts itself.</exception>
    public static IFormatReader Open(TraceFile trace, WantedEvents wanted, SymbolTable symbols) =>
        Open(trace, wanted, symbols, trace.Path, null);

    private static PerfDataReader Open(TraceFile trace, WantedEvents wanted, SymbolTable symbols, string path, PerfFolder? folder)
    {
        const int Magic = 8;
        Span<byte> head = stackalloc byte[PerfDataHeader.PipeLength];
        int length = 0;
        while (length < head.Length && trace.Read(head[length..]) is > 0 and var count)
        {
            length += count;
        }

        head = head[..length];
        if (!FileMagic.IsPerfData(head))
        {
            throw FileMagic.IsOldPerfData(head)
                ? PerfDataFailure.NotRecognised(trace.Path, Messages.PerfDataOld, Messages.PerfDataOldAction)
                : PerfDataFailure.NotRecognised(trace.Path, Messages.TraceIsNoPerfData, Messages.TraceIsNoPerfDataAction);
        }

        PerfDecoder decoder = FileMagic.IsBigEndianPerfData(head)
            ? new PerfDecoder<BigEndian>(trace.Path, wanted, symbols)
            : new PerfDecoder<LittleEndian>(trace.Path, wanted, symbols);
        if (length < PerfDataHeader.PipeLength)
        {
            return new PerfDataReader(path, trace, null, folder, decoder, null, trace.Failure ?? PerfDataFailure.Cut(trace.Path, 0));
        }

        if (decoder.Order.UInt64(head, Magic) == PerfDataHeader.PipeLength)
        {
            var stream = new PerfSource(trace.Path, new PerfStreamBytes(trace, length), decoder.Order);
            return new PerfDataReader(path, trace, null, folder, decoder, new PerfPump(stream, decoder), null);
        }

        if (!trace.IsSeekable)
        {
            throw PerfDataFailure.NotRecognised(trace.Path, Messages.PerfDataNeedsFile, Messages.PerfDataNeedsFileAction);
        }

        BinaryFile file = trace.AsBinary();
        var header = PerfDataHeader.Read(file, decoder);
        PerfPump? pump = header.HasData ? PumpOf(new PerfSectionBytes(file, (long)header.Data.Offset, header.Data.End), file.Path, decoder, folder) : null;
        return new PerfDataReader(path, trace, file, folder, decoder, pump, header.Failure ?? trace.Failure ?? folder?.Failure) { Kernel = header.Kernel, Machine = header.Machine };
    }

    private static PerfPump PumpOf(PerfSectionBytes section, string path, PerfDecoder decoder, PerfFolder? folder)
    {
        var source = new PerfSource(path, section, decoder.Order);
        PerfParts? parts = folder is null or { Parts.Count: 0 } ? null
            : new PerfParts(source, [.. folder.Parts.Select(part => new PerfSource(part.Path, new PerfStreamBytes(part, 0), decoder.Order))]);
        return new PerfPump(source, decoder, parts);
    }

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        records = default;
        if (_ended)
        {
            return false;
        }

        bool isLast = true;
        if (_pull is not null)
        {
            records = _pull.Next(out isLast, cancellationToken);
        }

        if (isLast)
        {
            _ended = true;
            Failure = _pump?.Failure ?? _earlier;
        }

        return !isLast || !records.IsEmpty;
    }

    public void Dispose()
    {
        _pull?.Dispose();
        if (_pull is { HasEnded: false })
        {
            return;
        }

        _pump?.Dispose();
        _file?.Dispose();
        _folder?.Dispose();
        _trace.Dispose();
    }
}
