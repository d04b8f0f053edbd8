using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>What to type so that ksmd merges a process. The process itself must ask for it, or be started so.</summary>
internal sealed class EnableAdvice(KernelTree kernel, bool ksmdRuns)
{
    /// <summary>The command, or null where ksmd does it already.</summary>
    /// <param name="id">The process.</param>
    /// <param name="mergeable">Whether all of it may be merged already.</param>
    public string? For(int id, bool mergeable)
    {
        string? allow = mergeable ? null : Service(id) is { } service
            ? Text.Format("systemctl edit {0} # [Service] MemoryKSM=yes, then: systemctl restart {0}", Quoted(service))
            : StartAgain(id);
        string? start = ksmdRuns ? null : "Start-Ksm";
        return allow is null ? start : start is null ? allow : $"{start}; {allow}";
    }

    // "0::/system.slice/nginx.service"
    private string? Service(int id)
    {
        string? groups = kernel.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cgroup"), out string? text) == Errno.None ? text : null;
        string? last = groups?.Split('\n').FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?.Split('/').LastOrDefault(part => part.Length > 0);
        return last?.EndsWith(".service", StringComparison.Ordinal) == true && !last.StartsWith("user@", StringComparison.Ordinal) ? last : null;
    }

    private string? StartAgain(int id)
    {
        if (kernel.TryReadBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cmdline"), out ReadOnlyMemory<byte> bytes) != Errno.None || bytes.IsEmpty)
        {
            return null;
        }

        string[] words = Encoding.UTF8.GetString(bytes.Span).TrimEnd('\0').Split('\0');
        string command = Text.Format("Start-KsmProcess -FilePath {0}", Quoted(words[0]));
        return words.Length == 1 ? command : Text.Format("{0} -ArgumentList {1}", command, string.Join(", ", words.Skip(1).Select(Quoted)));
    }

    private static string Quoted(string word) => $"'{TerminalText.Escape(word).Replace("'", "''", StringComparison.Ordinal)}'";
}
