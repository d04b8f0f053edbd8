using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Rmap;

namespace KsmTools.Tracing.TraceText;

/// <summary>Reads the lines of a block into its records. It knows nothing of other blocks, so blocks are read in parallel.</summary>
internal sealed class BlockParser(SymbolTable names)
{
    private readonly SymbolCache _symbols = new(names);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Parse(TextBlock block)
    {
        ReadOnlySpan<byte> text = block.Text.AsSpan(0, block.Length);
        ref byte first = ref MemoryMarshal.GetArrayDataReference(block.Text);
        int position = 0;
        while (position < text.Length)
        {
            ref RmapRecord record = ref block.Next();
            int length = BitConverter.IsLittleEndian ? NativeLine.Parse(ref Unsafe.Add(ref first, position), ref record) : 0;
            if (length > 0 && position + length <= text.Length)
            {
                block.Keep();
                block.EventLines++;
                position += length;
                continue;
            }

            ReadOnlySpan<byte> rest = text[position..];
            int end = rest.IndexOf((byte)'\n');
            if (end >= 0)
            {
                ReadOnlySpan<byte> line = rest[..end];
                Take(block, LineParser.Parse(line, _symbols, names, ref record), line);
                position += end + 1;
                continue;
            }

            // Without a newline only the file's last line comes here: it counts if it is whole.
            LastLine(block, rest, ref record);
            return;
        }
    }

    private void LastLine(TextBlock block, ReadOnlySpan<byte> line, ref RmapRecord record)
    {
        LineKind kind = LineParser.Parse(line, _symbols, names, ref record);
        if (kind == LineKind.Unreadable || (kind == LineKind.Event && !EventParser.EndsWhole(line)))
        {
            block.EventLines++;
            block.IsCut = true;
            return;
        }

        block.IsCut = kind == LineKind.Unknown;
        Take(block, kind, line);
    }

    private static void Take(TextBlock block, LineKind kind, ReadOnlySpan<byte> line)
    {
        switch (kind)
        {
            case LineKind.Event:
                block.Keep();
                block.EventLines++;
                break;
            case LineKind.Lost:
                block.Keep();
                block.HasHeader = true;
                break;
            case LineKind.OtherEvent:
                block.EventLines++;
                break;
            case LineKind.Header:
                block.HasHeader = true;
                break;
            case LineKind.Unreadable:
                block.EventLines++;
                block.AddUnreadable(line);
                break;
            case LineKind.Unknown:
                block.AddUnknown(line);
                break;
        }
    }
}
