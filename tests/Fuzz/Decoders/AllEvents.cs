using KsmTools.Tracing.Contention;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Walks;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Every event that there is an interpreter for.</summary>
internal static class AllEvents
{
    public static WantedEvents Wanted { get; } = new(new WalkEvents(), new MigrationEvents(), new KsmEventFamily(), new ContentionEvents());

    /// <summary>The same with call chains, for which text is never read the fast way.</summary>
    public static WantedEvents WithStacks { get; } = new(new WalkEvents(), new MigrationEvents(), new KsmEventFamily(), new ContentionEvents(), new StackEvents());

    /// <summary>The ones or the others, by the input.</summary>
    public static WantedEvents For(ArraySegment<byte> input) => input.Count % 2 == 0 ? Wanted : WithStacks;
}
