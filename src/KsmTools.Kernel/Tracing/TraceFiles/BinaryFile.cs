using KsmTools.Errors;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>A file that is read here and there, by offset; or bytes in memory that are read as one.</summary>
internal sealed class BinaryFile : IDisposable
{
    private readonly SafeFileHandle? _handle;
    private readonly ReadOnlyMemory<byte> _contents;
    private readonly IDisposable? _owner;

    private BinaryFile(SafeFileHandle? handle, ReadOnlyMemory<byte> contents, string path, long length, IDisposable? owner)
    {
        _handle = handle;
        _contents = contents;
        _owner = owner;
        Path = path;
        Length = length;
    }

    public string Path { get; }

    /// <summary>Bytes when it was opened; what is added later is not looked at.</summary>
    public long Length { get; }

    /// <summary>Takes over a file that is open. It must be an ordinary file.</summary>
    public static BinaryFile Of(FileStream file, string path, IDisposable owner) => new(file.SafeFileHandle, default, path, file.Length, owner);

    /// <summary>Bytes in memory as a file.</summary>
    public static BinaryFile Of(string path, ReadOnlyMemory<byte> contents) => new(null, contents, path, contents.Length, null);

    /// <exception cref="KsmToolsException">It is not there or may not be read.</exception>
    public static BinaryFile Open(string path)
    {
        SafeFileHandle handle = TraceFile.Guard(path, "open", () => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return new BinaryFile(handle, default, System.IO.Path.GetFullPath(path), RandomAccess.GetLength(handle), null);
    }

    /// <summary>Reads at an offset: as many bytes as there are, up to the buffer's size.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public int ReadAt(long offset, Span<byte> buffer)
    {
        int count = 0;
        try
        {
            buffer = buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)];
            if (_handle is null)
            {
                _contents.Span.Slice(buffer.IsEmpty ? 0 : (int)offset, buffer.Length).CopyTo(buffer);
                return buffer.Length;
            }

            while (count < buffer.Length && RandomAccess.Read(_handle, buffer[count..], offset + count) is > 0 and var read)
            {
                count += read;
            }
        }
        catch (IOException exception)
        {
            throw TraceFile.IoFailure(Path, "read", exception);
        }

        return count;
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _owner?.Dispose();
    }
}
