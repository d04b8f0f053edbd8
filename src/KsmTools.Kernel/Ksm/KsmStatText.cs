using System.Buffers.Text;
using System.Text;
using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>
/// The lines of <c>/proc/pid/ksm_stat</c>, which come in two styles: <c>ksm_rmap_items 12</c> and, for the newer ones,
/// <c>ksm_mergeable: yes</c>. What is not known is kept as it is: later kernels have more to say, and say more of what they said before.
/// </summary>
internal ref struct KsmStatText
{
    private OrderedDictionary<string, string?>? _other;

    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    public long? RmapItems { get; private set; }

    public long? MergingPages { get; private set; }

    public long? ZeroPages { get; private set; }

    public long? Profit { get; private set; }

    public bool? MergeAny { get; private set; }

    public bool? Mergeable { get; private set; }

    /// <summary>All other lines, in their order.</summary>
    public readonly NamedTexts Other => _other is null ? NamedTexts.None : NamedTexts.Of(_other);

    /// <summary>Takes the lines apart.</summary>
    /// <param name="text">The file's bytes; a kernel thread's are none.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="KsmToolsException">The value of a known counter is no number.</exception>
    public static KsmStatText Parse(ReadOnlySpan<byte> text, string path)
    {
        var result = default(KsmStatText);
        foreach (Range part in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[part].Trim(Blanks);
            int end = line.IndexOfAny(Blanks);
            ReadOnlySpan<byte> key = (end < 0 ? line : line[..end]).TrimEnd((byte)':');
            ReadOnlySpan<byte> value = end < 0 ? default : line[(end + 1)..].TrimStart(Blanks);
            if (!key.IsEmpty && !result.TryTake(key, value, path))
            {
                result._other ??= [];
                result._other[Encoding.UTF8.GetString(key)] = Encoding.UTF8.GetString(value);
            }
        }

        return result;
    }

    /// <summary>A whole number as the kernel prints it.</summary>
    public static long Number(ReadOnlySpan<byte> value, string path) =>
        Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length ? number : throw Unexpected(value, path);

    private bool TryTake(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, string path)
    {
        if (key.SequenceEqual("ksm_rmap_items"u8))
        {
            RmapItems = Number(value, path);
        }
        else if (key.SequenceEqual("ksm_merging_pages"u8))
        {
            MergingPages = Number(value, path);
        }
        else if (key.SequenceEqual("ksm_zero_pages"u8))
        {
            ZeroPages = SignedNumber(value, path);
        }
        else if (key.SequenceEqual("ksm_process_profit"u8))
        {
            Profit = Number(value, path);
        }
        else if (key.SequenceEqual("ksm_merge_any"u8))
        {
            return (MergeAny = YesOrNo(value)) is not null;
        }
        else if (key.SequenceEqual("ksm_mergeable"u8))
        {
            return (Mergeable = YesOrNo(value)) is not null;
        }
        else
        {
            return false;
        }

        return true;
    }

    // Kernels before 6.10 let this counter fall below zero for a moment and printed it as unsigned.
    private static long SignedNumber(ReadOnlySpan<byte> value, string path) =>
        Utf8Parser.TryParse(value, out ulong number, out int used) && used == value.Length ? unchecked((long)number) : Number(value, path);

    private static bool? YesOrNo(ReadOnlySpan<byte> value) => value.SequenceEqual("yes"u8) ? true : value.SequenceEqual("no"u8) ? false : null;

    private static KsmToolsException Unexpected(ReadOnlySpan<byte> value, string path) =>
        KernelErrors.ForContents(path, Encoding.UTF8.GetString(value));
}
