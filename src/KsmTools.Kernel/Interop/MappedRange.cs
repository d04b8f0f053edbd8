using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>
/// A range of addresses reserved with mmap(2) and given back, with all that was mapped into it, when disposed or finalized.
/// </summary>
internal sealed class MappedRange : SafeHandleZeroOrMinusOneIsInvalid
{
    private nuint _length;

    private MappedRange(nint address, nuint length)
        : base(ownsHandle: true)
    {
        _length = length;
        SetHandle(address);
    }

    /// <summary>Where the range begins.</summary>
    public nint Address => handle;

    /// <summary>Reserves addresses; nothing can be read or written there yet, and no memory is charged.</summary>
    /// <param name="length">Bytes, a multiple of the page size.</param>
    /// <param name="range">The range, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryReserve(long length, out MappedRange? range)
    {
        nint address = MemoryCalls.Map(0, (nuint)length, MemoryCalls.NoAccess, MemoryCalls.Private | MemoryCalls.Anonymous, -1, 0);
        range = address == MemoryCalls.Failed ? null : new MappedRange(address, (nuint)length);
        return range is null ? MemoryCalls.LastError : Errno.None;
    }

    /// <summary>Maps a file from its beginning, to read and to write; what is written is the file's. Without one, the memory is nobody's.</summary>
    /// <param name="file">The file, which may be closed afterwards, or null.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="range">The range, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryMap(SafeFileHandle? file, long length, out MappedRange? range)
    {
        int kind = file is null ? MemoryCalls.Private | MemoryCalls.Anonymous : MemoryCalls.Shared;
        nint address = MemoryCalls.Map(0, (nuint)length, MemoryCalls.Read | MemoryCalls.Write, kind, file is null ? -1 : (int)file.DangerousGetHandle(), 0);
        range = address == MemoryCalls.Failed ? null : new MappedRange(address, (nuint)length);
        return range is null ? MemoryCalls.LastError : Errno.None;
    }

    /// <summary>
    /// Moves mapped pages of the range down, over what is mapped there, with mremap(2). The range ends with them then: addresses that it leaves free may be somebody else's
    /// at once, and must not be unmapped with the rest.
    /// </summary>
    /// <param name="from">Where the pages are.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="length">Bytes.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said; the range is of no use then, and what was to be moved over may stay mapped.</returns>
    public Errno TryMoveDown(nint from, nint to, nuint length)
    {
        nint end = handle + (nint)_length;
        _length = (nuint)(to - handle);
        bool moved = MemoryCalls.Remap(from, length, length, MemoryCalls.MoveTo, to) != MemoryCalls.Failed;
        Errno errno = moved ? Errno.None : MemoryCalls.LastError;
        nint rest = moved ? from + (nint)length : from;
        _length += moved ? length : 0;
        _ = MemoryCalls.Unmap(rest, (nuint)(end - rest));
        return errno;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => MemoryCalls.Unmap(handle, _length) == 0;
}
