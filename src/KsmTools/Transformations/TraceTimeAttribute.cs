using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Transformations;

/// <summary>
/// Takes a time of a trace's clock as objects and people have it: a whole number is nanoseconds, or the clock's own steps, as in the properties named
/// ...Nanoseconds; a <see cref="TimeSpan"/> is what Time has; and <c>38.321056789s</c>, <c>500ms</c> and <c>00:01:06.8</c> are what they look like. What is written
/// without a unit and is no whole number could be either, and is refused.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TraceTimeAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = DurationAttribute.AsTyped(inputData);
        long? time = value switch
        {
            null => null,
            TimeSpan span => Nanoseconds(span),
            string text => Parse(text.Trim()),
            ushort microseconds => microseconds * 1000L,
            ulong number when number <= long.MaxValue => (long)number,
            IConvertible number when number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Int64 => number.ToInt64(CultureInfo.InvariantCulture),
            _ => null,
        };
        return inputData is null || time is not null ? time : throw new ArgumentTransformationMetadataException(MessageText.Format(ModuleMessages.TraceTimeInvalid, inputData));
    }

    private static long? Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        foreach ((string suffix, double seconds) in DurationAttribute.Units)
        {
            // decimal: nanoseconds since boot are more digits than a double has.
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && decimal.TryParse(text[..^suffix.Length], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value))
            {
                return Nanoseconds(value, (long)Math.Round(seconds * 1e9));
            }
        }

        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) ? Nanoseconds(span) : null;
    }

    private static long? Nanoseconds(TimeSpan span) => Nanoseconds(span.Ticks, TimeSpan.NanosecondsPerTick);

    private static long? Nanoseconds(decimal value, long unit) => Math.Abs(value) <= long.MaxValue / unit ? (long)(value * unit) : null;
}
