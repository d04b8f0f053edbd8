using System.Buffers.Text;
using KsmTools.Errors;

namespace KsmTools.Tracing.EventFormats;

/// <summary>
/// Checks <c>events/header_event</c>: the 32 bits before every event are split as this decoder reads them, 5 bits of type or length and 27
/// of time, with types 29 to 31 for padding, time extension and time stamp (include/linux/ring_buffer.h, <c>enum ring_buffer_type</c>).
/// </summary>
internal static class EventHeader
{
    /// <summary>Types at and above this are not events.</summary>
    internal const uint Padding = 29;

    /// <summary>The next 32 bits extend the time.</summary>
    internal const uint TimeExtend = 30;

    /// <summary>The next 32 bits and this delta are the time, but for its five topmost bits.</summary>
    internal const uint TimeStamp = 31;

    /// <summary>Checks a <c>header_event</c> file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">Where the text is from, for the error.</param>
    /// <exception cref="KsmToolsException">The events are laid out in a way that is not known (<see cref="ErrorReason.TraceCorrupt"/>).</exception>
    public static void Check(ReadOnlySpan<byte> text, string source)
    {
        bool bits = false, padding = false, extend = false;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim(" \t\r"u8);
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> key = line[..colon].Trim(" \t"u8);
            int equals = line.IndexOf("=="u8);
            ReadOnlySpan<byte> value = line[((equals < 0 ? colon : equals + 1) + 1)..].Trim(" \t"u8);
            if (!Utf8Parser.TryParse(value, out int number, out _))
            {
                continue;
            }

            if (key.SequenceEqual("type_len"u8) && equals < 0)
            {
                bits = number == 5;
            }
            else if (key.SequenceEqual("padding"u8))
            {
                padding = number == Padding;
            }
            else if (key.SequenceEqual("time_extend"u8))
            {
                extend = number == TimeExtend;
            }
        }

        if (!bits || !padding || !extend)
        {
            throw new KsmToolsException(
                ErrorReason.TraceCorrupt, source, Text.Format(Messages.HeaderEventUnknown, source), Messages.TraceCorruptAction);
        }
    }
}
