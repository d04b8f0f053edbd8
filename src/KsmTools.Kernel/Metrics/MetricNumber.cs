using System.Globalization;

namespace KsmTools.Metrics;

/// <summary>Numbers as both formats have them. Whole numbers keep every digit.</summary>
internal static class MetricNumber
{
    private const decimal NanosecondsPerSecond = 1_000_000_000;

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(bool value) => value ? "1" : "0";

    public static string? Maybe(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    public static string? Maybe(ulong? value) => value?.ToString(CultureInfo.InvariantCulture);

    public static string? Maybe(bool? value) => value is { } isOn ? Of(isOn) : null;

    /// <summary>Nanoseconds as seconds, exact.</summary>
    public static string Seconds(long nanoseconds) => (nanoseconds / NanosecondsPerSecond).ToString("0.0########", CultureInfo.InvariantCulture);

    /// <summary>A time span as seconds, exact.</summary>
    public static string Seconds(TimeSpan span) => ((decimal)span.Ticks / TimeSpan.TicksPerSecond).ToString("0.0######", CultureInfo.InvariantCulture);

    /// <summary>Milliseconds as seconds, exact.</summary>
    public static string Milliseconds(uint milliseconds) => (milliseconds / 1000m).ToString("0.0##", CultureInfo.InvariantCulture);

    /// <summary>A percentage as a ratio, exact.</summary>
    public static string Percent(ulong percent) => (percent / 100m).ToString("0.0#", CultureInfo.InvariantCulture);
}
