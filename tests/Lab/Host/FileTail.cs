using System.Text;

namespace KsmTools.Lab.Host;

/// <summary>A file that somebody else is writing: keeps what comes and passes it on.</summary>
internal sealed class FileTail(string path, Stream? to) : IDisposable
{
    private readonly MemoryStream _all = new();
    private FileStream? _file;

    public string Text => Encoding.UTF8.GetString(_all.GetBuffer(), 0, (int)_all.Length);

    public void Pump()
    {
        if (_file is null)
        {
            if (!File.Exists(path))
            {
                return;
            }

            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }

        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = _file.Read(buffer)) > 0;)
        {
            _all.Write(buffer, 0, read);
            to?.Write(buffer, 0, read);
        }

        to?.Flush();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _all.Dispose();
    }
}
