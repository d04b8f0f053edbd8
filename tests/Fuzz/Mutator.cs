using System.Buffers.Binary;
using System.Buffers.Text;

namespace KsmTools.Fuzz;

/// <summary>Damages an input, in ways that files are damaged and in ways that only somebody who means harm would think of.</summary>
internal sealed class Mutator(int capacity)
{
    private const int MostChanges = 16;

    private static readonly ulong[] Interesting =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 28, 29, 30, 31, 32, 63, 64, 100, 127, 128, 255, 256, 511, 512, 1000, 1024, 4095, 4096, 4097, 32_767, 32_768, 65_535,
        65_536, 1 << 20, 1 << 24, 1 << 27, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40, 1UL << 59, 1UL << 62, long.MaxValue,
        1UL << 63, ulong.MaxValue - 7, ulong.MaxValue,
    ];

    private readonly byte[] _bytes = new byte[capacity];
    private int _length;

    /// <summary>The damaged input; valid until the next.</summary>
    public ArraySegment<byte> Input => new(_bytes, 0, _length);

    /// <summary>Takes an input as it is.</summary>
    public void Take(byte[] input)
    {
        _length = Math.Min(input.Length, _bytes.Length);
        input.AsSpan(0, _length).CopyTo(_bytes);
    }

    /// <summary>Damages one of some inputs.</summary>
    public void Mutate(IReadOnlyList<byte[]> inputs, ref RandomNumbers random)
    {
        Take(inputs[random.Below(inputs.Count)]);
        int changes = 1;
        while (changes < MostChanges && !random.OneIn(3))
        {
            changes++;
        }

        for (; changes > 0; changes--)
        {
            Change(inputs, ref random);
        }
    }

    private void Change(IReadOnlyList<byte[]> inputs, ref RandomNumbers random)
    {
        if (_length == 0)
        {
            Insert(0, [(byte)random.Next()]);
            return;
        }

        int at = random.Below(_length);
        switch (random.Below(16))
        {
            case 0 or 1:
                _bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 2:
                _bytes[at] = (byte)random.Next();
                break;
            case 3:
                _bytes[at] = random.OneIn(2) ? (byte)"\n \0:[]()=#-/.<,\t"[random.Below(16)] : (byte)Interesting[random.Below(Interesting.Length)];
                break;
            case 4 or 5:
                Number(at, Interesting[random.Below(Interesting.Length)], isSum: false, ref random);
                break;
            case 6 or 7:
                Number(at, (ulong)(random.Below(70) - 35), isSum: true, ref random);
                break;
            case 8 or 9:
                Digits(at, ref random);
                break;
            case 10:
                Delete(at, random.OneIn(4) ? _length : 1 + random.Below(16));
                break;
            case 11:
                Insert(at, Part(_bytes.AsSpan(0, _length), ref random));
                break;
            case 12:
                Overwrite(at, Part(_bytes.AsSpan(0, _length), ref random));
                break;
            case 13:
                Overwrite(at, Part(inputs[random.Below(inputs.Count)], ref random));
                break;
            case 14:
                Insert(at, Part(inputs[random.Below(inputs.Count)], ref random));
                break;
            default:
                Line(at, ref random);
                break;
        }
    }

    // A number of 16, 32 or 64 bits of either byte order, at a multiple of its size or anywhere.
    private void Number(int at, ulong value, bool isSum, ref RandomNumbers random)
    {
        int size = 2 << random.Below(3);
        at = random.OneIn(4) ? at : at / size * size;
        if (at + size > _length)
        {
            return;
        }

        Span<byte> place = _bytes.AsSpan(at, size);
        Span<byte> eight = stackalloc byte[8];
        eight.Clear();
        if (random.OneIn(4))
        {
            place.CopyTo(eight[(8 - size)..]);
            BinaryPrimitives.WriteUInt64BigEndian(eight, isSum ? value + BinaryPrimitives.ReadUInt64BigEndian(eight) : value);
            eight[(8 - size)..].CopyTo(place);
        }
        else
        {
            place.CopyTo(eight);
            BinaryPrimitives.WriteUInt64LittleEndian(eight, isSum ? value + BinaryPrimitives.ReadUInt64LittleEndian(eight) : value);
            eight[..size].CopyTo(place);
        }
    }

    // The next number that is spelled in decimal digits becomes another one.
    private void Digits(int at, ref RandomNumbers random)
    {
        int start = _bytes.AsSpan(at, _length - at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            return;
        }

        start += at;
        int length = _bytes.AsSpan(start, _length - start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? _length - start : length;
        ulong value = random.OneIn(2) || !Utf8Parser.TryParse(_bytes.AsSpan(start, length), out ulong old, out _)
            ? Interesting[random.Below(Interesting.Length)]
            : old + (ulong)(random.Below(5) - 2);
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out int written);
        if (random.OneIn(2) && written < length)
        {
            _bytes.AsSpan(start, length - written).Fill((byte)'0');
            text[..written].CopyTo(_bytes.AsSpan(start + length - written));
            return;
        }

        Delete(start, length);
        Insert(start, text[..written]);
    }

    // A whole line is lost, or comes twice.
    private void Line(int at, ref RandomNumbers random)
    {
        int start = _bytes.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        int length = _bytes.AsSpan(start, _length - start).IndexOf((byte)'\n') + 1;
        length = length == 0 ? _length - start : length;
        if (random.OneIn(2))
        {
            Delete(start, length);
        }
        else
        {
            Insert(start, _bytes.AsSpan(start, length).ToArray());
        }
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> of, ref RandomNumbers random)
    {
        int start = random.Below(Math.Max(1, of.Length));
        int length = random.OneIn(8) ? of.Length : 1 + random.Below(64);
        return of.Slice(start, Math.Min(length, of.Length - start)).ToArray();
    }

    private void Overwrite(int at, ReadOnlySpan<byte> with) => with[..Math.Min(with.Length, _length - at)].CopyTo(_bytes.AsSpan(at));

    private void Delete(int at, int count)
    {
        count = Math.Min(count, _length - at);
        _bytes.AsSpan(at + count, _length - at - count).CopyTo(_bytes.AsSpan(at));
        _length -= count;
    }

    private void Insert(int at, ReadOnlySpan<byte> what)
    {
        what = what[..Math.Min(what.Length, _bytes.Length - _length)];
        _bytes.AsSpan(at, _length - at).CopyTo(_bytes.AsSpan(at + what.Length));
        what.CopyTo(_bytes.AsSpan(at));
        _length += what.Length;
    }
}
