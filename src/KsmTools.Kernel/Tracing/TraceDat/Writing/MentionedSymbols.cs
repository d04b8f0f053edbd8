using System.Buffers;
using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Those of the kernel's symbols that something recorded points to: any word of a sub-buffer, whatever it means, so that no reader misses one. The whole list is larger than most
/// recordings.
/// </summary>
internal sealed class MentionedSymbols
{
    // Words that were looked up last; an event has few that differ.
    private const int Recent = 1024;

    // Fields of 64 bits are aligned to 32, as events are.
    private const int Step = sizeof(uint);

    private readonly ReadOnlyMemory<byte> _text;
    private readonly ulong[] _addresses = [];

    // Of each address, the greatest up to it that is a function's: a reader may know of functions only.
    private readonly int[] _functions = [];
    private readonly BitArray _mentioned;
    private readonly ulong[] _recent = new ulong[Recent];
    private readonly ulong _first = ulong.MaxValue;

    /// <param name="text"><c>/proc/kallsyms</c>; empty where there is none.</param>
    public MentionedSymbols(ReadOnlyMemory<byte> text)
    {
        _text = text;
        var places = new List<(ulong Address, bool IsFunction)>();
        var lines = new SymbolLines(text.Span);
        while (lines.MoveNext())
        {
            if (lines.IsPlace)
            {
                places.Add((lines.Address, lines.IsFunction));
            }
        }

        places.Sort();
        var addresses = new List<ulong>(places.Count);
        var functions = new List<int>(places.Count);
        foreach ((ulong address, bool isFunction) in places)
        {
            if (addresses.Count == 0 || addresses[^1] != address)
            {
                functions.Add(functions.Count == 0 ? 0 : functions[^1]);
                addresses.Add(address);
            }

            functions[^1] = isFunction ? functions.Count - 1 : functions[^1];
        }

        _addresses = [.. addresses];
        _functions = [.. functions];
        _mentioned = new BitArray(_addresses.Length);
        _first = _addresses.Length > 0 ? _addresses[0] : ulong.MaxValue;
    }

    /// <summary>Looks through what was recorded.</summary>
    /// <param name="bytes">Whole sub-buffers.</param>
    public void Look(ReadOnlySpan<byte> bytes)
    {
        ulong first = _first;
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        for (int at = 0; at <= bytes.Length - sizeof(ulong); at += Step)
        {
            ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
            if (word >= first && _recent[word % Recent] != word)
            {
                _recent[word % Recent] = word;
                Mention(word);
            }
        }
    }

    /// <summary>The lines of those that are pointed to, as the list has them, and the next address, which says where the last ends.</summary>
    /// <param name="now">The list as it is now: what has been loaded since the first was read is kept whole.</param>
    public ReadOnlyMemory<byte> ToText(ReadOnlyMemory<byte> now)
    {
        var text = new ArrayBufferWriter<byte>();
        int last = LastMentioned();
        var written = new BitArray(_addresses.Length);
        var lines = new SymbolLines(now.Span);
        while (lines.MoveNext())
        {
            int index = Array.BinarySearch(_addresses, lines.Address);
            if (lines.IsPlace && (index < 0 || _mentioned[index] || index == last + 1))
            {
                text.Write(now.Span[lines.Start..lines.End]);
                if (index >= 0)
                {
                    written[index] = true;
                }
            }
        }

        lines = new SymbolLines(_text.Span);
        while (lines.MoveNext())
        {
            int index = Array.BinarySearch(_addresses, lines.Address);
            if (index >= 0 && _mentioned[index] && !written[index] && lines.IsPlace)
            {
                text.Write(_text.Span[lines.Start..lines.End]);
            }
        }

        return text.WrittenMemory;
    }

    private int LastMentioned()
    {
        int last = _mentioned.Length - 1;
        while (last >= 0 && !_mentioned[last])
        {
            last--;
        }

        return last < 0 ? _addresses.Length : last;
    }

    private void Mention(ulong word)
    {
        int index = Array.BinarySearch(_addresses, word);
        index = index < 0 ? ~index - 1 : index;
        _mentioned[index] = true;
        _mentioned[_functions[index]] = true;
    }
}
