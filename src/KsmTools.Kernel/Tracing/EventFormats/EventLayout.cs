using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.EventFormats;

/// <summary>Where an event's record has what is wanted of it, worked out once from the event's own format.</summary>
internal sealed class EventLayout
{
    private readonly NumberField[] _numbers;
    private readonly int[] _places;
    private readonly bool[] _isSigned;

    /// <param name="format">The event's format.</param>
    /// <param name="wanted">What is wanted of it.</param>
    public EventLayout(EventFormat format, WantedEvent wanted)
    {
        Id = format.Id;
        Name = format.Name;
        Kind = wanted.Kind;
        Flags = NumberField.Of(format.Find("common_flags"));
        PreemptCount = NumberField.Of(format.Find("common_preempt_count"));
        ThreadId = NumberField.Of(format.Find("common_pid"));
        (WantedField Wanted, EventField? Field)[] numbers =
            [.. wanted.Fields.Where(field => field.Meaning == FieldMeaning.Number).Select(field => (field, format.Find(field.Names)))];
        _numbers = Array.ConvertAll(numbers, number => NumberField.Of(number.Field));
        _places = Array.ConvertAll(numbers, number => number.Wanted.Index);
        _isSigned = Array.ConvertAll(numbers, number => number.Field?.IsSigned == true);
        Locked = NumberField.Of(Find(FieldMeaning.Locked));
        Function = NumberField.Of(Find(FieldMeaning.Function));
        Caller = NumberField.Of(Find(FieldMeaning.Caller));
        if (Find(FieldMeaning.PageType) is { } type)
        {
            PageTypeKind = type.Kind;
            PageType = type.Kind == EventFieldKind.Fixed ? NumberField.Of(type) : new NumberField(type.Offset, 4);
        }

        Stack = Find(FieldMeaning.Stack) is { } stack ? new NumberField(stack.Offset, LongOf(stack)) : default;
        MinimumLength = _numbers.Concat([Flags, PreemptCount, ThreadId, Locked, Function, Caller, PageType]).Max(field => field.End);
        IsUsable = ThreadId.Exists && (wanted.Suffices?.Invoke(field => NumberField.Of(format.Find(field.Names)).Exists) ?? true);
        IsUsual = Kind is TraceRecordKind.Start or TraceRecordKind.End && NumberField.Of(format.Find("common_type")) == new NumberField(0, 2)
            && (Flags, PreemptCount, ThreadId) == (new NumberField(2, 1), new NumberField(3, 1), new NumberField(4, 4))
            && (Folio.Size, Rwc.Size, Locked.Size) == (8, 8, 1) && !Function.Exists;

        EventField? Find(FieldMeaning meaning) => Array.Find(wanted.Fields, field => field.Meaning == meaning) is { Names: { } names } ? format.Find(names) : null;
    }

    /// <summary>The number in the record.</summary>
    public int Id { get; }

    /// <summary>The event's name.</summary>
    public string Name { get; }

    /// <summary>The kind of its records.</summary>
    public TraceRecordKind Kind { get; }

    /// <summary>Whether the records say enough to be used.</summary>
    public bool IsUsable { get; }

    /// <summary>
    /// Whether it is a walk's and laid out as the native tracepoints of a 64-bit kernel are, so that nothing need be asked per number: the event's number, its
    /// flags and its thread are the first eight bytes, and its numbers are <see cref="Folio"/> and <see cref="Rwc"/>.
    /// </summary>
    public bool IsUsual { get; }

    /// <summary>A record that is shorter cannot hold all of the fields.</summary>
    public int MinimumLength { get; }

    public NumberField Flags { get; }

    public NumberField PreemptCount { get; }

    public NumberField ThreadId { get; }

    /// <summary>The wanted numbers; one of size 0 is not in this kernel's event.</summary>
    public ReadOnlySpan<NumberField> Numbers => _numbers;

    /// <summary>The first number, which is a walk's folio.</summary>
    public NumberField Folio => _numbers.Length > 0 ? _numbers[0] : default;

    /// <summary>The second number, which is a walk's rwc.</summary>
    public NumberField Rwc => _numbers.Length > 1 ? _numbers[1] : default;

    public NumberField PageType { get; }

    public EventFieldKind PageTypeKind { get; }

    public NumberField Locked { get; }

    public NumberField Function { get; }

    public NumberField Caller { get; }

    /// <summary>The first address of a call chain.</summary>
    public NumberField Stack { get; }

    // "unsigned long caller[8]", or where the format gives no length, what fits behind the int that counts them.
    private static int LongOf(EventField stack) => stack.Size switch
    {
        8 * sizeof(ulong) => sizeof(ulong),
        8 * sizeof(uint) => sizeof(uint),
        _ => stack.Offset % sizeof(ulong) == 0 ? sizeof(ulong) : sizeof(uint),
    };

    /// <summary>A number's place in records.</summary>
    public int Place(int index) => _places[index];

    /// <summary>Whether a number is signed.</summary>
    public bool IsSigned(int index) => _isSigned[index];
}
