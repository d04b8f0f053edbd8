namespace KsmTools.Tests.Support;

/// <summary>A folder of a test's own, removed with all it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    // Made when it is first asked for: of a class whose constructor skips the test, nothing is disposed.
    private readonly Lazy<string> _path = new(() => Directory.CreateTempSubdirectory("ksmtools-test-").FullName);

    public string Path => _path.Value;

    /// <summary>Writes a file, making the folders above it.</summary>
    public string Write(string name, string contents)
    {
        string path = System.IO.Path.Combine(Path, name.TrimStart('/'));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, contents);
        return path;
    }

    public void Dispose()
    {
        if (_path.IsValueCreated)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
