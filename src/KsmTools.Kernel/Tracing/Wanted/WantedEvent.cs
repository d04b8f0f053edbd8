using KsmTools.Records;

namespace KsmTools.Tracing.Wanted;

/// <summary>An event that is wanted, by its name, and the fields that are wanted of it. A kernel may lack any of them.</summary>
/// <param name="Kind">The kind of its records.</param>
/// <param name="Name">Its name, without the system before it.</param>
/// <param name="Fields">The fields.</param>
internal sealed record WantedEvent(TraceRecordKind Kind, string Name, params WantedField[] Fields)
{
    /// <summary>Whether the fields that a kernel's event has, of which it is told for each, say enough; null where any do.</summary>
    public Func<Func<WantedField, bool>, bool>? Suffices { get; init; }
}
