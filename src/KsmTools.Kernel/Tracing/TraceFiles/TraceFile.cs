using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>
/// The bytes of a trace, from a file, a pipe or tracefs, in order and once: unpacked where they are compressed with gzip, and in UTF-8 where they are text of UTF-16.
/// </summary>
internal sealed class TraceFile : IDisposable
{
    private readonly Stream _file;
    private readonly ReadOnlyMemory<byte> _contents;
    private readonly GzipMembers? _gzip;
    private readonly Stream? _transcoded;
    private readonly byte[] _head = new byte[MagicLength];
    private readonly int _headLength;
    private int _headGiven;

    private const int MagicLength = 16;

    private KsmToolsException? _failure;

    // A pipe that nobody has opened to write yet would be taken for one at its end.
    private bool _waitsForWriter;

    private TraceFile(Stream file, string path)
    {
        _file = file;
        Path = path;
        try
        {
            IsSeekable = file.CanSeek && file.Length > 0;
            Length = IsSeekable ? file.Length : null;
        }
        catch (IOException)
        {
            IsSeekable = false;
        }

        if (!IsSeekable)
        {
            return;
        }

        _headLength = ReadFully(_file, _head);
        if (FileMagic.IsGzip(Head))
        {
            file.Position = 0;
            _gzip = new GzipMembers(file, Path);
            _headLength = ReadFully(_gzip, _head);
        }

        (Encoding? encoding, _headGiven) = ByteOrderMark.Of(Head);
        _transcoded = encoding is null ? null : Encoding.CreateTranscodingStream(new StoredBytes(this), encoding, ByteOrderMark.Utf8);
    }

    private TraceFile(Stream file, string path, ReadOnlyMemory<byte> contents)
        : this(file, path) => _contents = contents;

    public string Path { get; }

    /// <summary>The first bytes, unpacked; none of a pipe or a tracefs file, which can be read only once.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _headLength);

    /// <summary>Bytes of the file as it is on disk; null for a pipe or a tracefs file.</summary>
    public long? Length { get; }

    /// <summary>Whether this is an ordinary file, from which reads never wait for somebody else.</summary>
    public bool IsSeekable { get; }

    /// <summary>Bytes of the file as it is on disk that were read.</summary>
    public long Position => IsSeekable ? Math.Min(_file.Position, Length!.Value) : 0;

    /// <summary>Why there are no more bytes although there should be, once <see cref="Read"/> has given 0.</summary>
    public KsmToolsException? Failure => _failure ?? _gzip?.Failure;

    /// <exception cref="KsmToolsException">It is not there, is a folder, or may not be read.</exception>
    public static TraceFile Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);

        // Opening a pipe would wait for who writes it, and opening a file for who has a lease on it, and nobody could stop that.
        Errno errno = FolderCalls.TryOpen(null, full, FileCalls.ReadOnly | FileCalls.DoNotBlock, UnixFileMode.None, out SafeFileHandle? handle);
        if (handle is null)
        {
            throw KernelErrors.ForFile(errno, full, "open");
        }

        _ = FileStatus.TryGet(handle, out FileStatus status);
        if (status.Kind == FileKind.Folder)
        {
            handle.Dispose();
            throw TraceFolders.Failure(path, full);
        }

        FileCalls.Block(handle);
        FileCalls.AdviseSequential(handle);
        TraceFile file = Of(handle, full);
        file._waitsForWriter = status.Kind == FileKind.Pipe;
        return file;
    }

    /// <summary>A file that is open.</summary>
    /// <param name="handle">The file; it is taken over.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="KsmToolsException">It cannot be read.</exception>
    public static TraceFile Of(SafeFileHandle handle, string path) => Guard(path, "open", () => Over(new FileStream(handle, FileAccess.Read, bufferSize: 0), path));

    /// <summary>Bytes in memory as a file.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="contents">The bytes.</param>
    public static TraceFile Of(string path, ArraySegment<byte> contents) =>
        new(new MemoryStream(contents.Array!, contents.Offset, contents.Count, writable: false), path, contents);

    /// <summary>Says what went wrong with a file in the project's own terms.</summary>
    public static T Guard<T>(string path, string verb, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw KernelErrors.ForFile(Errno.ENOENT, path, verb);
        }
        catch (UnauthorizedAccessException)
        {
            throw KernelErrors.ForFile(Errno.EACCES, path, verb);
        }
        catch (IOException exception)
        {
            throw IoFailure(path, verb, exception);
        }
    }

    /// <summary>The next bytes; 0 at the end.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            if (_waitsForWriter)
            {
                PollCalls.WaitUntilReadable(((FileStream)_file).SafeFileHandle);
                _waitsForWriter = false;
            }

            return _transcoded is null ? ReadStored(buffer) : _transcoded.Read(buffer);
        }
        catch (IOException exception)
        {
            throw IoFailure(Path, "read", exception);
        }
    }

    /// <summary>The same file to be read by offset; unpacked to a file of its own where it is compressed. It takes this one over.</summary>
    /// <exception cref="KsmToolsException">There is no room to unpack it.</exception>
    public BinaryFile AsBinary()
    {
        if (_gzip is not null)
        {
            _file.Position = 0;
            using var packed = new GzipMembers(_file, Path);
            FileStream unpacked = UnpackedFile.Of(packed, Path);
            _failure = packed.Failure;
            return BinaryFile.Of(unpacked, Path, this);
        }

        return _file is FileStream file ? BinaryFile.Of(file, Path, this) : BinaryFile.Of(Path, _contents);
    }

    public void Dispose()
    {
        _transcoded?.Dispose();
        _gzip?.Dispose();
        _file.Dispose();
    }

    private static TraceFile Over(FileStream file, string path)
    {
        try
        {
            return new TraceFile(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private int ReadStored(Span<byte> buffer)
    {
        if (_headGiven < _headLength)
        {
            int count = Math.Min(_headLength - _headGiven, buffer.Length);
            _head.AsSpan(_headGiven, count).CopyTo(buffer);
            _headGiven += count;
            return count;
        }

        return _gzip is null ? _file.Read(buffer) : _gzip.Read(buffer);
    }

    private static int ReadFully(Stream file, Span<byte> buffer)
    {
        int length = 0;
        while (length < buffer.Length && file.Read(buffer[length..]) is > 0 and var count)
        {
            length += count;
        }

        return length;
    }

    public static KsmToolsException IoFailure(string path, string verb, IOException exception) =>
        new(ErrorReason.KernelIoError, path, Text.Format(Messages.KernelIoError, path, verb, exception.Message), Messages.KernelIoErrorAction, null, exception);

    /// <summary>The bytes before they are transcoded.</summary>
    private sealed class StoredBytes(TraceFile owner) : ReadOnceStream
    {
        public override int Read(Span<byte> buffer) => owner.ReadStored(buffer);
    }
}
