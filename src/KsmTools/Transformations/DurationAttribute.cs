using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Transformations;

/// <summary>
/// Takes a duration as people write it: a number is seconds, and <c>500us</c>, <c>200ms</c>, <c>5s</c>, <c>10m</c>, <c>1h</c> and
/// <c>00:01:30</c> are what they look like. PowerShell by itself would take a number as 100 ns ticks.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : ArgumentTransformationAttribute
{
    // Longest suffix first, so that "ms" is not taken for minutes and "s". The two signs for micro are the one that views print and the Greek letter.
    internal static readonly (string Suffix, double Seconds)[] Units = [("us", 1e-6), ("\u00B5s", 1e-6), ("\u03BCs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>The shortest duration taken, in seconds.</summary>
    public double MinimumSeconds { get; init; } = 0.001;

    /// <summary>The longest duration taken, in seconds.</summary>
    public double MaximumSeconds { get; init; } = 30 * 24 * 3600;

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (inputData is null)
        {
            return null!;
        }

        object? value = AsTyped(inputData);
        TimeSpan? duration = value switch
        {
            TimeSpan given => given,
            string text => Parse(text.Trim()),

            // PowerShell reads 500us as the unsigned short 500.
            ushort microseconds => FromSeconds(microseconds * 1e-6),
            IConvertible number when number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal =>
                FromSeconds(number.ToDouble(CultureInfo.InvariantCulture)),
            _ => null,
        };
        if (duration is null || duration.Value.TotalSeconds < MinimumSeconds || duration.Value.TotalSeconds > MaximumSeconds)
        {
            throw new ArgumentTransformationMetadataException(
                MessageText.Format(ModuleMessages.DurationInvalid, inputData, MinimumSeconds, MaximumSeconds));
        }

        return duration.Value;
    }

    /// <summary>What was typed, where PowerShell took it for a number of another kind: for it <c>1.5s</c> is the short integer 2, and <c>500us</c> an unsigned one.</summary>
    /// <returns>The text; null of a short integer whose text is gone, as behind a variable, because what was behind the point is gone with it.</returns>
    internal static object? AsTyped(object? inputData)
    {
        object? value = inputData is null ? null : PSObject.AsPSObject(inputData).BaseObject;
        return value is not (short or ushort) ? value
            : inputData is PSObject literal && literal.ToString() is [.., 's' or 'S'] text ? text
            : value as ushort?;
    }

    private static TimeSpan? Parse(string text)
    {
        foreach ((string suffix, double seconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && Number(text[..^suffix.Length]) is { } number)
            {
                return FromSeconds(number * seconds);
            }
        }

        return Number(text) is { } plain ? FromSeconds(plain)
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan duration) ? duration
            : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    // TimeSpan.FromSeconds cuts off: five millionths, which are a little less in binary, would be 4.9 µs.
    private static TimeSpan? FromSeconds(double seconds) =>
        double.IsFinite(seconds) && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond))
            : null;
}
