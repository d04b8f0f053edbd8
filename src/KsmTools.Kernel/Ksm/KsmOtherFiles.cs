using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>The files under <c>/sys/kernel/mm/ksm</c> of which nothing is known but their names: read, and written only where somebody names them.</summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class KsmOtherFiles(KernelTree kernel)
{
    // A file of sysfs shows a page at most (fs/sysfs/file.c), which has up to 64 KiB, and takes no more. In a captured tree it may have any size.
    private const int Longest = 1 << 16;

    // Of a value that cannot be one.
    private const int Shown = 40;

    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Whether a file is none of those that are known.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsUnknown(string name) => !KsmFiles.Counters.Contains(name) && !KsmKnob.All.Any(knob => knob.FileName == name);

    /// <summary>Their names and texts, in the order of the names; null for what cannot be read.</summary>
    public NamedTexts Read() => new(Names.Select(name => KeyValuePair.Create(name, TextOf(name))), areShown: true);

    /// <summary>A file's text without the newline at its end; null where it cannot be read.</summary>
    /// <param name="name">Its name.</param>
    public string? TextOf(string name)
    {
        _ = KernelFile.TryOpen(kernel, $"{KsmFiles.Folder}/{name}", out KernelFile? file);
        using (file)
        {
            byte[] text = new byte[Longest];
            return file?.TryRead(text, 0, out int count) == Errno.None && count < Longest ? Encoding.UTF8.GetString(text, 0, count).TrimEnd('\n') : null;
        }
    }

    /// <summary>Whether a file is there that a record may speak of.</summary>
    /// <param name="name">Its name.</param>
    public bool Has(string name) => KsmKnob.IsPlainName(name) && Names.Contains(name);

    /// <summary>The names of those that are settings: somebody may write them.</summary>
    /// <param name="configuration">The knobs as they were read.</param>
    public IReadOnlyList<string> Settings(KsmConfiguration configuration) => [.. configuration.Other.Keys.Where(IsSetting)];

    /// <summary>Checks what can be known of a request to set one.</summary>
    /// <param name="knob">The file.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/> or <see cref="ErrorReason.KnobNotSupported"/>.</exception>
    public void Require(KsmKnob knob, string value)
    {
        string path = kernel.Locate(knob.Path);
        if (!KsmKnob.IsPlainName(knob.FileName))
        {
            throw KsmErrors.NoFileName(kernel.Locate(KsmFiles.Folder), knob.FileName);
        }

        if (KsmKnob.All.FirstOrDefault(known => known.FileName == knob.FileName) is { } known)
        {
            throw KsmErrors.KnobHasParameter(known, path);
        }

        bool isUnknown = IsUnknown(knob.FileName);
        if (isUnknown ? !Has(knob.FileName) : !kernel.Exists(knob.Path))
        {
            throw KsmErrors.OtherMissing(path);
        }

        if (!isUnknown || !IsSetting(knob.FileName))
        {
            throw KsmErrors.OtherCounts(path);
        }

        if (string.IsNullOrWhiteSpace(value) || value.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(value) >= Longest)
        {
            throw KsmErrors.KnobValueInvalid(knob, path, value.Length > Shown ? $"'{value[..Shown]}'..." : $"'{value}'");
        }
    }

    // A name that is no text would be that of no file once it was one.
    private IEnumerable<string> Names => kernel.Files(KsmFiles.Folder).Where(name => IsUnknown(name) && !name.Contains('\uFFFD', StringComparison.Ordinal));

    // The modes of a captured tree are those of whoever copied it.
    private bool IsSetting(string name) => !kernel.IsLive || (kernel.ModeOf($"{KsmFiles.Folder}/{name}") & Writable) > 0;
}
