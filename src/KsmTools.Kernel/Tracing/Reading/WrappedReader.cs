using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>A reader of what another one gives: it says of the trace what that one says.</summary>
/// <param name="reader">The other one; disposed with this.</param>
internal abstract class WrappedReader(ITraceReader reader) : ITraceReader
{
    public string Path => reader.Path;

    public IReadOnlyList<ITraceReader> Parts => reader.Parts is [var only] && only == reader ? [this] : reader.Parts;

    public TraceFormat Format => reader.Format;

    public string? Kernel => reader.Kernel;

    public SymbolTable Symbols => reader.Symbols;

    public long Position => reader.Position;

    public long? Length => reader.Length;

    public virtual bool IsApproximate => reader.IsApproximate;

    public long OtherEvents => reader.OtherEvents;

    public virtual long FilteredEvents => reader.FilteredEvents;

    public long UnreadableEvents => reader.UnreadableEvents;

    public string? FirstUnreadableEvent => reader.FirstUnreadableEvent;

    public KsmToolsException? Failure => reader.Failure;

    public abstract bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken);

    public void Dispose()
    {
        reader.Dispose();
        GC.SuppressFinalize(this);
    }
}
