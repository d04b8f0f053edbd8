using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// What steps of a policy, each a command of its own, have changed so far: <c>/run/ksmtools/memory-pressure</c>, one <c>name=before -> set</c> a line.
/// It is written before the change and goes once everything was taken back; a reboot takes both.
/// </summary>
internal static class KsmPolicyRecord
{
    private const string Name = "memory-pressure";
    private const string TimeKey = "time=";

    /// <summary>The record; nothing where there is none.</summary>
    /// <exception cref="KsmToolsException">It is there and cannot be read.</exception>
    public static KsmOwnChanges Read(KernelTree kernel)
    {
        var file = new StateFile(kernel, Name);
        KsmOwnChanges changes = KsmOwnChanges.None;
        foreach (string line in (file.Read() ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(TimeKey, StringComparison.Ordinal))
            {
                changes = changes.WithLine(line) ?? throw KernelErrors.ForContents(file.Path, line);
            }
        }

        return changes;
    }

    /// <summary>Writes the record, whole or not at all; removes it where nothing is to be recorded.</summary>
    /// <exception cref="KsmToolsException">It cannot be written; nothing may be changed then.</exception>
    public static void Write(KernelTree kernel, KsmOwnChanges changes)
    {
        var file = new StateFile(kernel, Name);
        if (changes.IsEmpty)
        {
            file.Delete();
            return;
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TimeKey}{DateTimeOffset.Now:O}\n").AppendJoin('\n', changes.Lines()).Append('\n');
        file.Write(text.ToString());
    }
}
