using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace KsmTools.Files;

/// <summary>
/// What a state file says: <c>name=value</c> lines for people, between the boot that it is of and, as the last line, how many bytes stand before that line and their XXH64.
/// So a part of a file, and one that somebody has changed, is known for what it is.
/// </summary>
internal sealed class StateText
{
    private const string BootId = "/proc/sys/kernel/random/boot_id";
    private const string BootKey = "boot";
    private const string EndKey = "whole";

    private StateText(NamedValues values, bool isDamaged, bool isOfEarlierBoot)
    {
        Values = values;
        IsDamaged = isDamaged;
        IsOfEarlierBoot = isOfEarlierBoot;
    }

    /// <summary>Its lines, without those about itself. Of a damaged file: those that are whole lines.</summary>
    public NamedValues Values { get; }

    /// <summary>Whether it is not what was written.</summary>
    public bool IsDamaged { get; }

    /// <summary>Whether it is about a kernel that is no longer running. A damaged file is not believed that.</summary>
    public bool IsOfEarlierBoot { get; }

    /// <summary>A file's text.</summary>
    /// <param name="kernel">The kernel that it is about.</param>
    /// <param name="values">What it says.</param>
    public static string Format(KernelTree kernel, NamedValues values)
    {
        string text = new NamedValues().Add(BootKey, kernel.ReadText(BootId)).ToString() + values;
        return text + new NamedValues().Add(EndKey, Seal(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Reads a file's text.</summary>
    /// <param name="kernel">The kernel that is running.</param>
    /// <param name="text">The text as it is.</param>
    public static StateText Parse(KernelTree kernel, ReadOnlySpan<byte> text)
    {
        // What stands after the last newline may be a part of a line.
        ReadOnlySpan<byte> lines = text[..(text.LastIndexOf((byte)'\n') + 1)];
        var all = NamedValues.Parse(Encoding.UTF8.GetString(lines));
        string end = $"{EndKey}={all.Find(EndKey)}\n";
        int before = lines.Length - Encoding.UTF8.GetByteCount(end);
        bool isWhole = before >= 0 && lines.Length == text.Length && Encoding.UTF8.GetString(lines[before..]) == end && all.Find(EndKey) == Seal(lines[..before]);
        return new StateText(
            all.Without(BootKey, EndKey),
            !isWhole,
            isWhole && all.Find(BootKey) is { } boot && kernel.ReadText(BootId) is { } now && boot != now);
    }

    private static string Seal(ReadOnlySpan<byte> text) =>
        string.Create(CultureInfo.InvariantCulture, $"{text.Length} {XxHash64.HashToUInt64(text):x16}");
}
