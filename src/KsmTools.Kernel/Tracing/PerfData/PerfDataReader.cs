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
    private readonly PerfDecoder _decoder;
    private readonly PerfPump? _pump;
    private readonly KsmToolsException? _earlier;
    private readonly RecordPull? _pull;
    private bool _ended;

    private PerfDataReader(TraceFile trace, BinaryFile? file, PerfDecoder decoder, PerfPump? pump, KsmToolsException? failure)
    {
        _trace = trace;
        _file = file;
        _decoder = decoder;
        _pump = pump;
        _pull = pump is null ? null : new RecordPull(pump, trace.Length, mayWait: !trace.IsSeekable);
        _earlier = failure;
        Symbols = decoder.Symbols;
    }

    public string Path => _trace.Path;

    public TraceFormat Format => TraceFormat.PerfData;

    public string? Kernel { get; private init; }

    public string? Machine { get; private init; }

    public uint Kinds => _decoder.Kinds;

    public long OtherEvents => _decoder.OtherEvents;

    public SymbolTable Symbols { get; }

    public long Position => _file is null ? _trace.Position : _pump?.BytesRead ?? 0;

    public long? Length => _trace.Length;

    public long UnreadableEvents => _decoder.UnreadableEvents;

    public string? FirstUnreadableEvent => _decoder.FirstUnreadableEvent;

    public KsmToolsException? Failure { get; private set; }

    /// <summary>Opens a file. The reader takes it over.</summary>
    /// <exception cref="KsmToolsException">It is no such file, or it contradicts itself.</exception>
    public static IFormatReader Open(TraceFile trace, WantedEvents wanted, SymbolTable symbols)
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
            return new PerfDataReader(trace, null, decoder, null, trace.Failure ?? PerfDataFailure.Cut(trace.Path, 0));
        }

        if (decoder.Order.UInt64(head, Magic) == PerfDataHeader.PipeLength)
        {
            return new PerfDataReader(trace, null, decoder, new PerfPump(trace.Path, new PerfStreamBytes(trace, length), decoder), null);
        }

        if (!trace.IsSeekable)
        {
            throw PerfDataFailure.NotRecognised(trace.Path, Messages.PerfDataNeedsFile, Messages.PerfDataNeedsFileAction);
        }

        BinaryFile file = trace.AsBinary();
        var header = PerfDataHeader.Read(file, decoder);
        var pump = header.HasData
            ? new PerfPump(trace.Path, new PerfSectionBytes(file, (long)header.Data.Offset, header.Data.End), decoder)
            : null;
        return new PerfDataReader(trace, file, decoder, pump, header.Failure ?? trace.Failure) { Kernel = header.Kernel, Machine = header.Machine };
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
        _trace.Dispose();
    }
}
