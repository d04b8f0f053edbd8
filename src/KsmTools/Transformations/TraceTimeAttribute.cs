using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Transformations;

/// <summary>
/// Takes a time of a trace's clock as objects and people have it: a whole number is nanoseconds, or the clock's own steps, as in the properties named
/// ...Nanoseconds; a <see cref="TimeSpan"/> is what Time has; and <c>38.321s</c>, <c>500ms</c> and <c>00:01:06.8</c> are what they look like.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TraceTimeAttribute : ArgumentTransformationAttribute
{
    private static readonly DurationAttribute Duration = new() { MinimumSeconds = double.MinValue, MaximumSeconds = TimeSpan.MaxValue.TotalSeconds };

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is null ? null : DurationAttribute.AsTyped(inputData);
        return value switch
        {
            null => null,
            TimeSpan span => Nanoseconds(span),
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
            string text => Nanoseconds((TimeSpan)Duration.Transform(engineIntrinsics, text)),
            IConvertible number when number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Int64 => number.ToInt64(CultureInfo.InvariantCulture),
            _ => throw new ArgumentTransformationMetadataException(MessageText.Format(ModuleMessages.TraceTimeInvalid, value)),
        };
    }

    private static long Nanoseconds(TimeSpan span) => Math.Abs(span.Ticks) <= long.MaxValue / TimeSpan.NanosecondsPerTick
        ? span.Ticks * TimeSpan.NanosecondsPerTick
        : throw new ArgumentTransformationMetadataException(MessageText.Format(ModuleMessages.TraceTimeInvalid, span));
}
