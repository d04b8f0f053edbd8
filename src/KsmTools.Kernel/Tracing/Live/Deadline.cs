using System.Diagnostics;

namespace KsmTools.Tracing.Live;

/// <summary>Until when to wait, as <see cref="Stopwatch"/> time.</summary>
internal static class Deadline
{
    /// <summary>Milliseconds left.</summary>
    /// <param name="until">The time; <see cref="long.MaxValue"/> is never, null is at once.</param>
    /// <returns>Milliseconds for poll(2): -1 for ever, 0 once time is over.</returns>
    public static int Left(long? until)
    {
        if (until is null)
        {
            return 0;
        }

        if (until == long.MaxValue)
        {
            return -1;
        }

        double left = (until.Value - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
        return left <= 0 ? 0 : (int)Math.Ceiling(Math.Min(left, int.MaxValue));
    }
}
