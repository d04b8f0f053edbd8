using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>A file that has its name only once it is whole: until then it is <c>.NAME.new</c> beside it, which goes away if it never is.</summary>
internal sealed class DraftFile : IDisposable
{
    private readonly string _path;
    private readonly bool _replace;
    private bool _isDone;

    private DraftFile(string path, bool replace)
    {
        _path = path;
        _replace = replace;
        Stream = new FileStream(Draft, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Where to write to.</summary>
    public FileStream Stream { get; }

    // With a dot, which no name of a session begins with: what a killed process leaves of one is not taken for another.
    private string Draft => Path.Combine(Path.GetDirectoryName(_path) ?? string.Empty, $".{Path.GetFileName(_path)}.new");

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/> or <see cref="ErrorReason.AccessDenied"/>; nothing was written.</exception>
    public static DraftFile Create(string path, bool replace)
    {
        // As root, renaming to /dev/null would put a file in its place.
        if (Interop.FileKind.IsOther(path))
        {
            throw new KsmToolsException(ErrorReason.KernelIoError, path, Text.Format(Messages.NotAnOrdinaryFile, path), Messages.NotAnOrdinaryFileAction);
        }

        if (!replace && File.Exists(path))
        {
            throw new KsmToolsException(ErrorReason.KernelIoError, path, Text.Format(Messages.FileExists, path), Messages.FileExistsAction, Interop.Errno.EEXIST);
        }

        try
        {
            return new DraftFile(path, replace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, exception);
        }
    }

    /// <summary>Why a file cannot be written.</summary>
    public static KsmToolsException Failure(string path, Exception exception) => new(
        exception is UnauthorizedAccessException ? ErrorReason.AccessDenied : ErrorReason.KernelIoError,
        path,
        Text.Format(Messages.FileNotWritten, path, exception.Message),
        Messages.FileNotWrittenAction,
        null,
        exception);

    /// <summary>Gives the file its name.</summary>
    /// <param name="toDisk">Whether it must be on the disk by then, for the case that the power fails; of a large file that takes its time.</param>
    /// <exception cref="IOException">It cannot be written, or one came to be there in the meantime.</exception>
    public void Complete(bool toDisk)
    {
        Stream.Flush(toDisk);
        Stream.Dispose();
        File.Move(Draft, _path, overwrite: _replace);
        _isDone = true;
    }

    /// <summary>Takes the draft away, unless it has become the file.</summary>
    public void Dispose()
    {
        if (_isDone)
        {
            return;
        }

        _isDone = true;
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What is still in memory does not fit on a full disk either.
        }

        File.Delete(Draft);
    }
}
