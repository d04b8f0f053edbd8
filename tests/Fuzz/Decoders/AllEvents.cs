using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Walks;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Every event that there is an interpreter for.</summary>
internal static class AllEvents
{
    public static WantedEvents Wanted { get; } = new(new WalkEvents(), new MigrationEvents(), new KsmEventFamily());
}
