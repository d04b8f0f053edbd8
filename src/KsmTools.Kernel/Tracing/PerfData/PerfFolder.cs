using System.Globalization;
using KsmTools.Errors;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.PerfData;

/// <summary>
/// A folder that perf record wrote instead of a file: <c>data</c> says what was recorded; beside it are <c>data.0</c> and on where several threads recorded
/// (<c>--threads</c>), or a copy of the kernel's code (<c>--kcore</c>), which tells nothing of events (tools/perf/util/data.c).
/// </summary>
internal sealed class PerfFolder : IDisposable
{
    private const string First = "data";
    private const string PartPrefix = "data.";

    private readonly TraceFile[] _parts;

    private PerfFolder(TraceFile[] parts, KsmToolsException? failure)
    {
        _parts = parts;
        Failure = failure;
    }

    /// <summary>The parts that there is something in.</summary>
    public IReadOnlyList<TraceFile> Parts => _parts;

    /// <summary>Bytes of all parts.</summary>
    public long Length => _parts.Sum(part => part.Length ?? 0);

    /// <summary>The part that is missing.</summary>
    public KsmToolsException? Failure { get; }

    /// <summary>Opens the file that says what was recorded.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <returns>Null if the path is no such folder.</returns>
    /// <exception cref="KsmToolsException">The file may not be read.</exception>
    public static TraceFile? TryOpenFirst(string path)
    {
        string first = Path.Combine(Path.GetFullPath(path), First);
        if (!Directory.Exists(path) || !File.Exists(first))
        {
            return null;
        }

        TraceFile file = TraceFile.Open(first);
        if (FileMagic.IsPerfData(file.Head) || FileMagic.IsOldPerfData(file.Head))
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Opens the parts.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="KsmToolsException">One may not be read.</exception>
    public static PerfFolder Open(string path)
    {
        var opened = new List<TraceFile>();
        try
        {
            SortedDictionary<int, string> parts = Find(path);
            KsmToolsException? failure = null;
            int expected = 0;
            foreach ((int number, string part) in parts)
            {
                failure ??= number == expected ? null : PerfDataFailure.Missing(path, Path.Combine(path, PartPrefix + expected.ToString(CultureInfo.InvariantCulture)));
                expected = number + 1;
                TraceFile file = TraceFile.Open(part);
                opened.Add(file);
                if (!file.IsSeekable)
                {
                    // Nothing happened on a CPU; or it is no file, which perf passes over, too.
                    opened.Remove(file);
                    file.Dispose();
                }
            }

            return new PerfFolder([.. opened], failure);
        }
        catch
        {
            opened.ForEach(file => file.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (TraceFile part in _parts)
        {
            part.Dispose();
        }
    }

    private static SortedDictionary<int, string> Find(string path) => TraceFile.Guard(path, "read", () =>
    {
        var parts = new SortedDictionary<int, string>();
        foreach (string file in Directory.EnumerateFiles(path))
        {
            ReadOnlySpan<char> name = Path.GetFileName(file.AsSpan());
            if (name.StartsWith(PartPrefix, StringComparison.Ordinal) && int.TryParse(name[PartPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                parts.TryAdd(number, file);
            }
        }

        return parts;
    });
}
