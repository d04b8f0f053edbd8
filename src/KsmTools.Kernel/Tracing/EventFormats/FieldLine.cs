using System.Buffers.Text;
using System.Text;

namespace KsmTools.Tracing.EventFormats;

/// <summary>
/// Reads <c>field:TYPE NAME; offset:N; size:N; signed:N;</c>. Whatever else stands between the semicolons is passed over, and
/// <c>signed</c> may be missing (kernels before 2.6.34 do not print it).
/// </summary>
internal static class FieldLine
{
    // A record is at most one sub-buffer; offsets beyond that are no kernel's.
    private const int MaximumOffset = 1 << 24;

    public static bool IsField(ReadOnlySpan<byte> line) => line.StartsWith("field:"u8) || line.StartsWith("field "u8);

    public static EventField? Parse(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> declaration = default;
        int offset = -1, size = -1;
        bool signed = false;
        while (!line.IsEmpty)
        {
            int semicolon = line.IndexOf((byte)';');
            ReadOnlySpan<byte> part = (semicolon < 0 ? line : line[..semicolon]).Trim(" \t"u8);
            line = semicolon < 0 ? default : line[(semicolon + 1)..];
            int colon = part.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> key = part[..colon].Trim(" \t"u8);
            ReadOnlySpan<byte> value = part[(colon + 1)..].Trim(" \t"u8);
            if (key.SequenceEqual("field"u8))
            {
                declaration = value;
            }
            else if (key.SequenceEqual("offset"u8) && !TryNumber(value, out offset))
            {
                return null;
            }
            else if (key.SequenceEqual("size"u8) && !TryNumber(value, out size))
            {
                return null;
            }
            else if (key.SequenceEqual("signed"u8))
            {
                signed = value.SequenceEqual("1"u8);
            }
        }

        return declaration.IsEmpty || offset < 0 || size < 0 ? null : Field(declaration, offset, size, signed);
    }

    private static EventField? Field(ReadOnlySpan<byte> declaration, int offset, int size, bool signed)
    {
        // The name is the last word; "char comm[16]" and "u8 array[4][2]" have dimensions after it.
        int bracket = declaration.LastIndexOf((byte)' ') is var space && space >= 0 ? declaration[space..].IndexOf((byte)'[') : -1;
        ReadOnlySpan<byte> named = bracket > 1 ? declaration[..(space + bracket)] : declaration;
        int start = named.LastIndexOfAny((byte)' ', (byte)'*') + 1;
        string name = Encoding.UTF8.GetString(named[start..]);
        string type = Encoding.UTF8.GetString(named[..start].Trim((byte)' '));
        EventFieldKind kind = type.StartsWith("__data_loc ", StringComparison.Ordinal) ? EventFieldKind.DataLocation
            : type.StartsWith("__rel_loc ", StringComparison.Ordinal) ? EventFieldKind.RelativeLocation
            : EventFieldKind.Fixed;
        return name.Length == 0 || (kind != EventFieldKind.Fixed && size != 4) ? null : new EventField(name, type, kind, offset, size, signed);
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out int value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && value is >= 0 and <= MaximumOffset;
}
