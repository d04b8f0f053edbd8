using System.Buffers.Text;
using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>How often the kernel has copied a KSM page since boot: what it counts in <c>/proc/vmstat</c>, and not among KSM's own files.</summary>
/// <param name="OnWrite"><c>cow_ksm</c> (Linux 5.19); null where the kernel does not count it, or nobody may look.</param>
/// <param name="AtSwapIn"><c>ksm_swpin_copy</c> (Linux 5.18, with swap); null likewise.</param>
internal readonly record struct KsmCopies(long? OnWrite, long? AtSwapIn)
{
    public const string File = "/proc/vmstat";

    /// <summary>The counters now.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/>: a counter is no 64-bit number.</exception>
    public static KsmCopies Read(KernelTree kernel)
    {
        // A container or a captured tree may have none, and all else that is known of KSM is known without it.
        if (kernel.TryReadBytes(File, out ReadOnlyMemory<byte> contents) != Errno.None)
        {
            return default;
        }

        ReadOnlySpan<byte> text = contents.Span;
        return new KsmCopies(Find(kernel, text, "\ncow_ksm "u8), Find(kernel, text, "\nksm_swpin_copy "u8));
    }

    // Some two hundred lines, of which two are wanted: they are looked for as they stand, and no other line is taken apart.
    private static long? Find(KernelTree kernel, ReadOnlySpan<byte> text, ReadOnlySpan<byte> lineStart)
    {
        int at = text.IndexOf(lineStart);
        int value = at >= 0 ? at + lineStart.Length : text.StartsWith(lineStart[1..]) ? lineStart.Length - 1 : -1;
        if (value < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = text[value..];
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> number = end < 0 ? rest : rest[..end];
        return Utf8Parser.TryParse(number, out long count, out int length) && length == number.Length && count >= 0
            ? count
            : throw KernelErrors.ForContents(kernel.Locate(File), Encoding.UTF8.GetString(number));
    }
}
