using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing;

/// <summary>Takes events that have been through remoting, Clixml, JSON or CSV.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RmapEventTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PropertyBag.Of(inputData, nameof(RmapEvent.Kind), nameof(RmapEvent.TimestampNanoseconds)) is not { } bag ? OtherObject.Of(inputData) : new RmapEvent
        {
            Kind = bag.Get<RmapEventKind>(nameof(RmapEvent.Kind)),
            TimestampNanoseconds = bag.Get<long>(nameof(RmapEvent.TimestampNanoseconds)),
            TimeUnit = bag.Get<RmapTimeUnit>(nameof(RmapEvent.TimeUnit)),
            Cpu = bag.Get<int>(nameof(RmapEvent.Cpu)),
            ThreadId = bag.Get<int>(nameof(RmapEvent.ThreadId)),
            Command = bag.Text(nameof(RmapEvent.Command)) ?? string.Empty,
            Flags = bag.Text(nameof(RmapEvent.Flags)) ?? string.Empty,
            Folio = bag.Maybe<ulong>(nameof(RmapEvent.Folio)),
            Rwc = bag.Maybe<ulong>(nameof(RmapEvent.Rwc)),
            PageType = bag.Maybe<RmapPageType>(nameof(RmapEvent.PageType)),
            Locked = bag.Flag(nameof(RmapEvent.Locked)),
            Function = bag.Text(nameof(RmapEvent.Function)),
            Caller = bag.Text(nameof(RmapEvent.Caller)),
            Approximate = bag.Flag(nameof(RmapEvent.Approximate)) ?? false,
            LostEventsBefore = bag.Get<long>(nameof(RmapEvent.LostEventsBefore)),
            LostEventsBeforeIsLowerBound = bag.Flag(nameof(RmapEvent.LostEventsBeforeIsLowerBound)) ?? false,
            LostCpu = bag.Maybe<int>(nameof(RmapEvent.LostCpu)),
            Path = bag.Text(nameof(RmapEvent.Path)),
        };
}

/// <summary>Takes walks that have been through remoting, Clixml, JSON or CSV.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RmapWalkTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PropertyBag.Of(inputData, nameof(RmapWalk.StartNanoseconds), nameof(RmapWalk.DurationNanoseconds)) is not { } bag ? OtherObject.Of(inputData) : new RmapWalk
        {
            StartNanoseconds = bag.Get<long>(nameof(RmapWalk.StartNanoseconds)),
            DurationNanoseconds = bag.Get<long>(nameof(RmapWalk.DurationNanoseconds)),
            TimeUnit = bag.Get<RmapTimeUnit>(nameof(RmapWalk.TimeUnit)),
            Cpu = bag.Get<int>(nameof(RmapWalk.Cpu)),
            EndCpu = bag.Get<int>(nameof(RmapWalk.EndCpu)),
            ThreadId = bag.Get<int>(nameof(RmapWalk.ThreadId)),
            Command = bag.Text(nameof(RmapWalk.Command)) ?? string.Empty,
            PageType = bag.Maybe<RmapPageType>(nameof(RmapWalk.PageType)),
            Folio = bag.Maybe<ulong>(nameof(RmapWalk.Folio)),
            Rwc = bag.Maybe<ulong>(nameof(RmapWalk.Rwc)),
            Locked = bag.Flag(nameof(RmapWalk.Locked)),
            Approximate = bag.Flag(nameof(RmapWalk.Approximate)) ?? false,
            Caller = bag.Text(nameof(RmapWalk.Caller)),
            Path = bag.Text(nameof(RmapWalk.Path)),
        };
}

/// <summary>
/// An object that is not what a parameter takes. PowerShell makes an object of any type out of one that has some of its properties, and leaves the others at zero: a walk of
/// which only the start is known would have taken no time.
/// </summary>
internal sealed class OtherObject
{
    private readonly string _text;

    private OtherObject(string text) => _text = text;

    /// <summary>What to bind instead of an object.</summary>
    public static object Of(object input) => input is PSObject { BaseObject: PSCustomObject } ? new OtherObject(input.ToString() ?? string.Empty) : input;

    /// <inheritdoc/>
    public override string ToString() => _text;
}

/// <summary>The properties of an object that is no longer of its own type.</summary>
internal sealed class PropertyBag
{
    private readonly PSObject _object;

    private PropertyBag(PSObject item) => _object = item;

    /// <summary>The properties of an object that was deserialised and has these; null for anything else.</summary>
    public static PropertyBag? Of(object input, string first, string second) =>
        input is PSObject { BaseObject: PSCustomObject } ? OfAny(input, first, second) : null;

    /// <summary>The properties of an object of whatever type that has these; null for anything else.</summary>
    public static PropertyBag? OfAny(object input, string first, string second) =>
        PSObject.AsPSObject(input) is var item && item.Properties[first] is not null && item.Properties[second] is not null ? new PropertyBag(item) : null;

    public T Get<T>(string name)
        where T : struct => Maybe<T>(name) ?? default;

    public T? Maybe<T>(string name)
        where T : struct => IsEmpty(Value(name)) ? null : (T)LanguagePrimitives.ConvertTo(Value(name), typeof(T), System.Globalization.CultureInfo.InvariantCulture);

    // PowerShell takes any text for true, "False" from a CSV file included.
    public bool? Flag(string name) => Value(name) is var value && IsEmpty(value) ? null : value is bool flag ? flag : bool.Parse(value!.ToString()!);

    public string? Text(string name) => Value(name)?.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The items of a list; none where there is no such property.</summary>
    public IEnumerable<object> Items(string name) => LanguagePrimitives.GetEnumerable(Value(name)) is { } items ? items.Cast<object>().OfType<object>() : [];

    /// <summary>A property as it is; null where there is none.</summary>
    public object? Item(string name) => Value(name);

    private static bool IsEmpty(object? value) => value is null or "";

    private object? Value(string name) => _object.Properties[name]?.Value is var value && value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
}
