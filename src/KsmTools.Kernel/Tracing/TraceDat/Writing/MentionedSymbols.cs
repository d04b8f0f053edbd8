using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Those of the kernel's symbols that something recorded points to: any word of a sub-buffer that is aligned as fields are, whatever it means, so that no reader misses one. The whole list is larger than most
/// recordings.
/// </summary>
internal sealed class MentionedSymbols
{
    // Words that were looked up last; an event has few that differ.
    private const int Recent = 1024;

    // Fields of 64 bits are aligned to 32, as events are: the half of a word that says most is the second or the first.
    private static readonly int High = BitConverter.IsLittleEndian ? 1 : 0;

    private readonly ReadOnlyMemory<byte> _text;
    private readonly ulong[] _places;

    // A reader may know of functions only.
    private readonly ulong[] _functions;
    private readonly HashSet<ulong> _mentioned = [];
    private readonly ulong[] _recent = new ulong[Recent];

    /// <param name="text"><c>/proc/kallsyms</c>; empty where there is none.</param>
    public MentionedSymbols(ReadOnlyMemory<byte> text)
    {
        _text = text;
        var places = new List<ulong>();
        var functions = new List<ulong>();
        var lines = new SymbolLines(text.Span);
        while (lines.MoveNext())
        {
            if (lines.IsPlace)
            {
                places.Add(lines.Address);
                if (lines.IsFunction)
                {
                    functions.Add(lines.Address);
                }
            }
        }

        places.Sort();
        functions.Sort();
        _places = [.. places];
        _functions = [.. functions];
    }

    /// <summary>Looks through what was recorded.</summary>
    /// <param name="bytes">Whole sub-buffers.</param>
    public void Look(ReadOnlySpan<byte> bytes)
    {
        if (_places.Length == 0)
        {
            return;
        }

        ReadOnlySpan<uint> halves = MemoryMarshal.Cast<byte, uint>(bytes);
        uint least = (uint)(_places[0] >> 32);
        var limit = new Vector<uint>(least);
        int at = High;
        for (; at + Vector<uint>.Count < halves.Length; at += Vector<uint>.Count)
        {
            if (Vector.GreaterThanOrEqualAny(new Vector<uint>(halves[at..]), limit))
            {
                Look(halves, at, at + Vector<uint>.Count, least);
            }
        }

        Look(halves, at, halves.Length - 1 + High, least);
    }

    /// <summary>The lines of those that are pointed to, as the list has them, and the next address, which says where the last ends.</summary>
    /// <param name="now">The list as it is now, where it may be another: what has been loaded since the first was read is kept whole.</param>
    public ReadOnlyMemory<byte> ToText(ReadOnlyMemory<byte>? now = null)
    {
        if (_mentioned.Count > 0)
        {
            int last = Array.BinarySearch(_places, _mentioned.Max());
            _ = _mentioned.Add(_places.AsSpan(last).IndexOfAnyExcept(_places[last]) is > 0 and var next ? _places[last + next] : _places[last]);
        }

        var text = new ArrayBufferWriter<byte>();
        HashSet<ulong> written = [];
        if (now is { } current)
        {
            Write(text, current.Span, address =>
            {
                bool isWanted = _mentioned.Contains(address) || Array.BinarySearch(_places, address) < 0;
                if (isWanted)
                {
                    _ = written.Add(address);
                }

                return isWanted;
            });
        }

        Write(text, _text.Span, address => _mentioned.Contains(address) && !written.Contains(address));
        return text.WrittenMemory;
    }

    private static void Write(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> list, Func<ulong, bool> isWanted)
    {
        var lines = new SymbolLines(list);
        while (lines.MoveNext())
        {
            if (lines.IsPlace && isWanted(lines.Address))
            {
                text.Write(list[lines.Start..lines.End]);
            }
        }
    }

    private void Look(ReadOnlySpan<uint> halves, int from, int to, uint least)
    {
        for (int at = from; at < to; at++)
        {
            if (halves[at] < least)
            {
                continue;
            }

            ulong word = ((ulong)halves[at] << 32) | halves[at + 1 - (2 * High)];
            if (word >= _places[0] && _recent[word % Recent] != word)
            {
                _recent[word % Recent] = word;
                Mention(_places, word);
                Mention(_functions, word);
            }
        }
    }

    private void Mention(ulong[] addresses, ulong word)
    {
        int index = Array.BinarySearch(addresses, word);
        index = index < 0 ? ~index - 1 : index;
        if (index >= 0)
        {
            _ = _mentioned.Add(addresses[index]);
        }
    }
}
