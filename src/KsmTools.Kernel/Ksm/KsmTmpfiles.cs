using System.Globalization;
using System.Text;

namespace KsmTools.Ksm;

/// <summary>Settings as a <c>tmpfiles.d</c> fragment, which systemd-tmpfiles(8) writes to the knobs at every boot.</summary>
public static class KsmTmpfiles
{
    /// <summary>The fragment: one <c>w</c> line (tmpfiles.d(5)) a knob, in the order the kernel takes them.</summary>
    /// <param name="configuration">The settings; a knob that is null is left out. Of <see cref="KsmConfiguration.Other"/> every file that shows something is written.</param>
    public static string Format(KsmConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var text = new StringBuilder("# Kernel samepage merging, written by Save-KsmConfiguration. See tmpfiles.d(5).\n");
        foreach (KsmKnob knob in KsmKnob.InApplyOrder(configuration))
        {
            // The advisor sets pages_to_scan itself, and refuses others. Unmerging at boot would be an act without an object.
            bool advisorOwned = knob == KsmKnob.PagesToScan && KsmAdvisorMode.IsOn(configuration.AdvisorMode);
            if (!advisorOwned && (!knob.IsOther || KsmKnob.IsPlainName(knob.FileName)) && knob.TextIn(configuration) is { } value && !string.IsNullOrWhiteSpace(value))
            {
                text.Append(CultureInfo.InvariantCulture, $"w {knob.Path} - - - - {Argument(knob == KsmKnob.Run && value == "2" ? "0" : value)}\n");
            }
        }

        return text.ToString();
    }

    // In an argument systemd-tmpfiles reads escapes as C does, and specifiers; blanks around it are not of it, and a dash alone is none.
    private static string Argument(string value)
    {
        var text = new StringBuilder();
        for (int index = 0; index < value.Length; index++)
        {
            char each = value[index];
            _ = each switch
            {
                '%' => text.Append("%%"),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                < ' ' or '\x7f' => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)each:x2}"),
                ' ' when index == 0 || index == value.Length - 1 => text.Append(@"\x20"),
                '-' when value.Length == 1 => text.Append(@"\x2d"),
                _ => text.Append(each),
            };
        }

        return text.ToString();
    }
}
