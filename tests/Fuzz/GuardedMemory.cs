using System.ComponentModel;
using KsmTools.Interop;

namespace KsmTools.Fuzz;

/// <summary>
/// Memory that ends at a page which may not be touched: whoever reads past the end of an input that lies at its end is killed for it, instead of
/// seeing whatever happens to be there.
/// </summary>
internal sealed unsafe class GuardedMemory
{
    private readonly byte* _end;
    private readonly int _size;

    /// <param name="size">The longest input.</param>
    public GuardedMemory(int size)
    {
        int page = Environment.SystemPageSize;
        _size = (size + page - 1) / page * page;
        nint address = MemoryCalls.Map(0, (nuint)(_size + page), MemoryCalls.NoAccess, MemoryCalls.Private | MemoryCalls.Anonymous, -1, 0);
        if (address == MemoryCalls.Failed || MemoryCalls.Protect(address, (nuint)_size, MemoryCalls.Read | MemoryCalls.Write) != 0)
        {
            throw new Win32Exception((int)MemoryCalls.LastError);
        }

        _end = (byte*)address + _size;
    }

    /// <summary>Puts an input at the end.</summary>
    public Span<byte> Place(ReadOnlySpan<byte> input)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input.Length, _size);
        var place = new Span<byte>(_end - input.Length, input.Length);
        input.CopyTo(place);
        return place;
    }
}
