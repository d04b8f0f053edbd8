using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// A kernel file kept open and read again and again from offset 0, as sysfs and procfs allow: one pread(2) a reading, and no
/// allocation for numbers.
/// </summary>
internal sealed class KernelFile : IDisposable
{
    private const int ValueSize = 4096;

    // The symbols of a large kernel have 20 MB. In a captured tree a file may have any size.
    internal const int Longest = 256 << 20;

    private readonly SafeFileHandle _handle;

    private KernelFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    /// <summary>Where the file is, root included.</summary>
    public string Path { get; }

    /// <summary>Opens a file for reading.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="file">The open file, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryOpen(KernelTree kernel, string path, out KernelFile? file)
    {
        Errno errno = kernel.TryOpen(path, FileCalls.ReadOnly, out SafeFileHandle? handle);
        file = handle is null ? null : new KernelFile(kernel.Locate(path), handle);
        return errno;
    }

    /// <summary>One pread(2).</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Where in the file to read.</param>
    /// <param name="count">The bytes read; 0 at the end.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public unsafe Errno TryRead(Span<byte> buffer, long offset, out int count)
    {
        nint read;
        bool added = false;
        _handle.DangerousAddRef(ref added);
        try
        {
            fixed (byte* first = buffer)
            {
                do
                {
                    read = FileCalls.Read((int)_handle.DangerousGetHandle(), first, (nuint)buffer.Length, offset);
                }
                while (read < 0 && FileCalls.LastError == Errno.EINTR);
            }
        }
        finally
        {
            _handle.DangerousRelease();
        }

        count = read < 0 ? 0 : (int)read;
        return read < 0 ? FileCalls.LastError : Errno.None;
    }

    /// <summary>The file's number. Surrounding white space does not count; nothing is allocated.</summary>
    /// <returns>The number, signed.</returns>
    /// <exception cref="KsmToolsException">The kernel refused, or the contents are no 64-bit number.</exception>
    public long ReadInt64()
    {
        Span<byte> buffer = stackalloc byte[64];
        Errno errno = TryRead(buffer, 0, out int count);
        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, Path, "read");
        }

        if (count == buffer.Length)
        {
            throw KernelErrors.ForContents(Path, System.Text.Encoding.UTF8.GetString(buffer));
        }

        ReadOnlySpan<byte> text = buffer[..count].Trim((byte)'\n').Trim((byte)' ');
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw KernelErrors.ForContents(Path, System.Text.Encoding.UTF8.GetString(text));
    }

    /// <summary>The whole file as text, trailing newline and all.</summary>
    /// <param name="text">The text, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public Errno TryReadText(out string? text)
    {
        Errno errno = TryReadBytes(out ReadOnlyMemory<byte> contents);
        text = errno == Errno.None ? System.Text.Encoding.UTF8.GetString(contents.Span) : null;
        return errno;
    }

    /// <summary>The whole file as it is.</summary>
    /// <param name="contents">Its bytes, or none.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public Errno TryReadBytes(out ReadOnlyMemory<byte> contents)
    {
        contents = default;
        byte[] buffer = new byte[ValueSize];
        int length = 0;
        while (true)
        {
            Errno errno = TryRead(buffer.AsSpan(length), length, out int count);
            if (errno != Errno.None)
            {
                return errno;
            }

            if (count == 0)
            {
                contents = buffer.AsMemory(0, length);
                return Errno.None;
            }

            length += count;
            if (length >= Longest)
            {
                return Errno.EFBIG;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
