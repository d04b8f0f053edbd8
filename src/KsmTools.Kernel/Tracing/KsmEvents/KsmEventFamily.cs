using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>KSM's own events.</summary>
internal sealed class KsmEventFamily : EventFamily
{
    private static readonly byte[][] Names = [.. KsmEventShape.All.Select(item => System.Text.Encoding.ASCII.GetBytes(item.Name))];

    /// <summary>All of them and nothing else.</summary>
    public static WantedEvents Wanted { get; } = new(new KsmEventFamily());

    /// <inheritdoc/>
    public override IReadOnlyList<WantedEvent> Events => KsmEventShape.All;

    /// <inheritdoc/>
    public override LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                return KsmEventText.Read(KsmEventShape.All[i], fields, ref record);
            }
        }

        return LineKind.OtherEvent;
    }

    /// <inheritdoc/>
    public override bool EndsWhole(ReadOnlySpan<byte> line) => KsmEventText.EndsWhole(line);
}
