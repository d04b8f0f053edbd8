using System.IO.Hashing;
using System.Text;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// The trace id of a recording of a session. trace-cmd draws a number for each recording; here its upper half is the clock's, in this boot, and its lower half
/// the session's, so that whoever reads several recordings knows what belongs together. Neither says anything else of the machine.
/// </summary>
internal static class TraceDatId
{
    /// <summary>What VERSION begins with in such a file.</summary>
    public static ReadOnlySpan<byte> Writer => "KsmTools "u8;

    /// <summary>The id.</summary>
    /// <param name="boot">The boot's id (<c>/proc/sys/kernel/random/boot_id</c>); null where it cannot be read: then nothing else has this id.</param>
    /// <param name="clock">The trace clock.</param>
    /// <param name="session">What tells the session from others of this boot.</param>
    public static ulong Of(string? boot, string clock, string session)
    {
        boot ??= Guid.NewGuid().ToString();
        return ((ulong)Math.Max(1, Half($"{boot} {clock}")) << 32) | Half($"{boot} {clock} {session}");
    }

    /// <summary>The clock's part of an id in sixteen hexadecimal digits.</summary>
    public static string ClockPart(string id) => id[..8];

    private static uint Half(string text) => XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(text));
}
