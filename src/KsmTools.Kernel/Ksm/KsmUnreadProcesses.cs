using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>Puts together why processes could not be read: one failure for all that belong to others, one for all whose files a captured tree lacks, and one for each whose files make no sense.</summary>
/// <param name="reader">What reads the processes.</param>
public sealed class KsmUnreadProcesses(KsmProcessReader reader)
{
    // Enough to see what they have in common, on a line or two.
    private const int Most = 5;

    private readonly List<int> _denied = [];
    private readonly List<int> _lacking = [];
    private readonly List<KsmToolsException> _others = [];

    /// <summary>The failure of processes whose files a captured tree lacks, which names the first few; null where there are none.</summary>
    public KsmToolsException? Lacking => _lacking.Count == 0
        ? null
        : KsmProcessErrors.ForLackingProcesses(_lacking.Take(Most).Select(id => (id, reader.ReadName(id))), _lacking.Count, reader.Locate(_lacking[0]));

    /// <summary>All other failures: those of processes whose files make no sense, then one for all that this user may not read.</summary>
    public IEnumerable<KsmToolsException> Failures => _denied.Count == 0 ? _others : [.. _others, KsmProcessErrors.ForDeniedProcesses(reader.Locate(_denied[0]), _denied.Count)];

    /// <summary>Takes a process that could not be read.</summary>
    /// <param name="id">The process.</param>
    /// <param name="failure">Why, as <see cref="KsmProcessReader.Find"/> and <see cref="KsmProcessReader.ReadAll"/> say.</param>
    public void Add(int id, KsmToolsException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        switch (failure.Reason)
        {
            case ErrorReason.AccessDenied:
                _denied.Add(id);
                break;
            case ErrorReason.ProcessNotFound:
                _lacking.Add(id);
                break;
            default:
                _others.Add(failure);
                break;
        }
    }
}
