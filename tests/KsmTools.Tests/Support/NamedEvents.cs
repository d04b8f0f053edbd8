using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.Support;

/// <summary>Events that a test makes up, of binary records.</summary>
internal sealed class NamedEvents(params WantedEvent[] events) : EventFamily
{
    public override IReadOnlyList<WantedEvent> Events => events;

    public override LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record) => LineKind.OtherEvent;
}
