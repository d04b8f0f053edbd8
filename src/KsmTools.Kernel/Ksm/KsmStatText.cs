using System.Buffers.Text;
using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>
/// The lines of <c>/proc/pid/ksm_stat</c>, which come in two styles: <c>ksm_rmap_items 12</c> and, for the newer ones,
/// <c>ksm_mergeable: yes</c>. Lines that are not known are passed over.
/// </summary>
internal ref struct KsmStatText
{
    public long? RmapItems { get; private set; }

    public long? MergingPages { get; private set; }

    public long? ZeroPages { get; private set; }

    public long? Profit { get; private set; }

    public bool? MergeAny { get; private set; }

    public bool? Mergeable { get; private set; }

    /// <summary>Takes the lines apart.</summary>
    /// <param name="text">The file's bytes; a kernel thread's are none.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="KsmToolsException">A known line whose value is not what the kernel writes.</exception>
    public static KsmStatText Parse(ReadOnlySpan<byte> text, string path)
    {
        var result = default(KsmStatText);
        foreach (Range part in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[part];
            int end = line.IndexOf((byte)' ');
            if (end > 0)
            {
                ReadOnlySpan<byte> key = line[..end].TrimEnd((byte)':');
                result.Take(key, line[(end + 1)..].Trim((byte)' '), path);
            }
        }

        return result;
    }

    /// <summary>A whole number as the kernel prints it.</summary>
    public static long Number(ReadOnlySpan<byte> value, string path) =>
        Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length ? number : throw Unexpected(value, path);

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, string path)
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
            MergeAny = YesOrNo(value, path);
        }
        else if (key.SequenceEqual("ksm_mergeable"u8))
        {
            Mergeable = YesOrNo(value, path);
        }
    }

    // Kernels before 6.10 let this counter fall below zero for a moment and printed it as unsigned.
    private static long SignedNumber(ReadOnlySpan<byte> value, string path) =>
        Utf8Parser.TryParse(value, out ulong number, out int used) && used == value.Length ? unchecked((long)number) : Number(value, path);

    private static bool YesOrNo(ReadOnlySpan<byte> value, string path) =>
        value.SequenceEqual("yes"u8) || (value.SequenceEqual("no"u8) ? false : throw Unexpected(value, path));

    private static KsmToolsException Unexpected(ReadOnlySpan<byte> value, string path) =>
        KernelErrors.ForContents(path, System.Text.Encoding.UTF8.GetString(value));
}
