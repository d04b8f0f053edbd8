namespace KsmTools.Lab;

/// <summary>What a kernel printed to its console.</summary>
internal sealed class KernelConsole(string path)
{
    private const int LinesShown = 40;
    private const int LinesBefore = 3;
    private const string Panic = "Kernel panic - not syncing";

    // What the kernel says first when something is wrong with it, before registers and call traces.
    private static readonly string[] Signs = ["BUG: ", "Oops: ", Panic];

    /// <summary>Whether the kernel gave up.</summary>
    public bool HasPanic => Read().Contains(Panic, StringComparison.Ordinal);

    /// <summary>The last lines; where the kernel found a fault, those that begin with it.</summary>
    public string LastLines()
    {
        string[] lines = [.. Read().TrimEnd().Split('\n').Select(line => "    " + line.TrimEnd('\r'))];
        int fault = Array.FindIndex(lines, line => Signs.Any(sign => line.Contains(sign, StringComparison.Ordinal)));
        int first = fault < 0 ? lines.Length - LinesShown : fault - LinesBefore;
        return string.Join('\n', lines.Skip(first).Take(LinesShown));
    }

    /// <summary>Everything.</summary>
    public string Read()
    {
        if (!File.Exists(path))
        {
            return "";
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
