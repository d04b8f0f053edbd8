using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace KsmTools.Records;

/// <summary>
/// A thread's name in place: 16 bytes from the left, filled up with NUL, as the kernel's own <c>comm</c> (TASK_COMM_LEN is 16). A longer
/// name, which no kernel writes, goes through the <see cref="SymbolTable"/>.
/// </summary>
public readonly record struct CommandName
{
    /// <summary>The longest name that fits, in bytes.</summary>
    public const int MaximumLength = 16;

    // A kernel's name never starts with NUL and goes on, so this tells a number of the table from a name.
    private const ulong TableMark = 1UL << 63;

    private readonly ulong _first;
    private readonly ulong _second;

    private CommandName(ulong first, ulong second)
    {
        _first = first;
        _second = second;
    }

    /// <summary>The bytes as two words, for hashing.</summary>
    internal (ulong First, ulong Second) Words => (_first, _second);

    /// <summary>The name that these bytes spell.</summary>
    /// <param name="name">The bytes; NULs at the end are padding.</param>
    /// <param name="symbols">Takes names that are too long to be held in place.</param>
    public static CommandName From(ReadOnlySpan<byte> name, SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        name = name.TrimEnd((byte)0);
        if (name.Length > MaximumLength || (name.Length > 8 && name[0] == 0))
        {
            return new CommandName(0, TableMark | (uint)symbols.Intern(name));
        }

        Span<ulong> words = stackalloc ulong[2];
        words.Clear();
        name.CopyTo(MemoryMarshal.AsBytes(words));
        return new CommandName(words[0], words[1]);
    }

    /// <summary>The name in a 16-byte column, right-aligned with at least one space before it, as ftrace prints it.</summary>
    /// <param name="column">Its first byte; 16 more behind the column may be looked at.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CommandName FromColumn(ref byte column)
    {
        uint text = ~Vector128.Equals(Vector128.LoadUnsafe(ref column), Vector128.Create((byte)' ')).ExtractMostSignificantBits();
        nuint spaces = (nuint)System.Numerics.BitOperations.TrailingZeroCount(text | 0x1_0000);
        ReadOnlySpan<byte> kept = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Vector128<ulong> name = (Vector128.LoadUnsafe(ref column, spaces) & Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(kept), spaces)).AsUInt64();
        return new CommandName(name.ToScalar(), name.GetElement(1));
    }

    /// <summary>The name as a string; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="symbols">The reader's table.</param>
    public string ToString(SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        if ((_first & 0xFF) == 0 && (_second & TableMark) != 0)
        {
            return symbols.Name((int)(uint)_second);
        }

        ReadOnlySpan<ulong> words = [_first, _second];
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(words).TrimEnd((byte)0);
        return bytes.IsEmpty ? string.Empty : Encoding.UTF8.GetString(bytes);
    }
}
