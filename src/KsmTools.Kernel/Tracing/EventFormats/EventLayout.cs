using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.EventFormats;

/// <summary>Where an event's record has the numbers that an <see cref="EventRecord"/> holds, worked out once from the event's own format.</summary>
internal sealed class EventLayout : RecordLayout
{
    private readonly NumberField[] _values;
    private readonly bool[] _isSigned;

    /// <param name="format">The event's format.</param>
    /// <param name="wanted">What is wanted of it.</param>
    public EventLayout(EventFormat format, WantedEvent wanted)
        : base(format)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted.Fields.Length, EventRecord.MaximumValues);
        Kind = wanted.Kind;
        Flags = NumberField.Of(format.Find("common_flags"));
        PreemptCount = NumberField.Of(format.Find("common_preempt_count"));
        ThreadId = NumberField.Of(format.Find("common_pid"));
        EventField?[] fields = [.. wanted.Fields.Select(name => format.Find(name))];
        _values = [.. fields.Select(NumberField.Of)];
        _isSigned = [.. fields.Select(field => field?.IsSigned == true)];
        MinimumLength = _values.Append(Flags).Append(PreemptCount).Append(ThreadId).Max(field => field.End);
        IsUsable = ThreadId.Exists;
    }

    /// <summary>What the reader calls the event.</summary>
    public int Kind { get; }

    public NumberField Flags { get; }

    public NumberField PreemptCount { get; }

    public NumberField ThreadId { get; }

    /// <summary>The wanted numbers; one of size 0 is not in this kernel's event.</summary>
    public ReadOnlySpan<NumberField> Values => _values;

    /// <summary>Whether a wanted number is signed.</summary>
    public bool IsSigned(int index) => _isSigned[index];
}
