using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>
/// A range of addresses reserved with mmap(2) and given back, with all that was mapped into it, when disposed or finalized.
/// </summary>
internal sealed class MappedRange : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nuint _length;

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

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => MemoryCalls.Unmap(handle, _length) == 0;
}
