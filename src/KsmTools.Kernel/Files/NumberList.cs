using System.Globalization;
using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>The kernel's lists of numbers, <c>0-3,8</c> (<c>%*pbl</c>, Documentation/core-api/printk-formats.rst): CPUs and NUMA nodes.</summary>
internal static class NumberList
{
    // The most CPUs or nodes that any kernel is built for, with room to spare: a damaged list must not fill memory.
    private const int Largest = 1 << 20;

    /// <summary>The numbers of a list, in its order.</summary>
    /// <param name="text">The list; empty is no number.</param>
    /// <param name="path">The file it is from, for the error.</param>
    /// <exception cref="KsmToolsException">It is no such list.</exception>
    public static IReadOnlyList<int> Parse(string text, string path)
    {
        var numbers = new List<int>();
        foreach (Range part in text.AsSpan().Split(','))
        {
            ReadOnlySpan<char> item = text.AsSpan()[part].Trim();
            if (item.IsEmpty)
            {
                continue;
            }

            int dash = item.IndexOf('-');
            if (!TryNumber(dash < 0 ? item : item[..dash], out int first) || !TryNumber(dash < 0 ? item : item[(dash + 1)..], out int last) || last < first)
            {
                throw KernelErrors.ForContents(path, text);
            }

            numbers.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return numbers;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Largest;
}
