namespace KsmTools.Lab.Host;

/// <summary>
/// What is fetched or built once, below <c>$XDG_CACHE_HOME/ksmtools-lab</c> or <c>~/.cache/ksmtools-lab</c>. A folder's name says
/// what went into it, and a folder is there as a whole or not at all.
/// </summary>
internal static class LabCache
{
    public static string Root { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "ksmtools-lab");

    /// <summary>The folder of a key, filled first where it is not there. One process fills it; others wait.</summary>
    public static string GetOrFill(string key, Action<string> fill)
    {
        string folder = Path.Combine(Root, key);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        using FileStream filling = Lock(folder + ".lock");
        if (Directory.Exists(folder))
        {
            return folder;
        }

        string unfinished = folder + ".new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        Directory.CreateDirectory(unfinished);
        fill(unfinished);
        Directory.Move(unfinished, folder);
        return folder;
    }

    /// <summary>Waits until nobody else has a file of the cache.</summary>
    // .NET locks with flock(2) when sharing is refused: the lock ends with the process, however that ends.
    public static FileStream Lock(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                Thread.Sleep(500);
            }
        }
    }
}
