using System.Text;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>Which encoding the first bytes of a text are of. Windows PowerShell's redirection writes UTF-16, other editors UTF-8 with a mark.</summary>
internal static class ByteOrderMark
{
    private const int LeastBytes = 8;

    /// <summary>UTF-8 without a mark.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The encoding that a text begins with.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <returns>The encoding, null for UTF-8 and whatever is not known; and how many bytes are a mark.</returns>
    public static (Encoding? Encoding, int Length) Of(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (null, 3),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        _ when IsAscii(head, 0) => (Encoding.Unicode, 0),
        _ when IsAscii(head, 1) => (Encoding.BigEndianUnicode, 0),
        _ => (null, 0),
    };

    // Every other byte is 0 where all characters are ASCII.
    private static bool IsAscii(ReadOnlySpan<byte> head, int first)
    {
        for (int i = 0; i < head.Length; i++)
        {
            if (i % 2 == first ? head[i] is not ((>= (byte)' ' and <= (byte)'~') or (byte)'\t' or (byte)'\r' or (byte)'\n') : head[i] != 0)
            {
                return false;
            }
        }

        return head.Length >= LeastBytes;
    }
}
