using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>
/// Hashes pages with a secret of its own: the universal hash NH twice, the second time with the key moved on (Black, Halevi, Krawczyk, Krovetz and Rogaway, "UMAC: Fast and
/// Secure Message Authentication", 1999), so that two pages that differ give the same 128 bits with a probability of 2^-64, whoever chose them; these are folded to 64 bits.
/// Among the 6.3 million different pages of 24 GiB the odds are one in a million that any two are taken for equal.
/// </summary>
/// <remarks>
/// Optimised from the first call on. System.IO.Hashing's XxHash3 is as fast in the end, but takes 50 microseconds a page until the runtime has found it worth optimising, and most
/// measurements are the first of their process: 512 MiB took 5.9 s with it, and less than 0.2 s so.
/// </remarks>
internal sealed class PageHash
{
    // Words of 64 bits that the loop takes at once, in two vectors, and by which the key is moved on.
    private const int Stride = 8;
    private const int Moved = 4;

    private readonly ulong[] _key;

    /// <param name="pageSize">Bytes of a page, a multiple of 64.</param>
    public PageHash(int pageSize)
    {
        _key = new ulong[(pageSize / sizeof(ulong)) + Moved + 2];
        RandomBytes.Fill(MemoryMarshal.AsBytes(_key.AsSpan()));
    }

    /// <summary>The hash of a page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Of(ReadOnlySpan<byte> page)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.Length + Moved + 2, _key.Length, nameof(page));
        ref ulong word = ref MemoryMarshal.GetReference(words);
        ref ulong key = ref MemoryMarshal.GetArrayDataReference(_key);
        Vector256<ulong> first = default;
        Vector256<ulong> second = default;
        for (nint left = words.Length / Stride; left > 0; left--)
        {
            var low = Vector256.LoadUnsafe(ref word);
            var high = Vector256.LoadUnsafe(ref word, Moved);
            var middleKey = Vector256.LoadUnsafe(ref key, Moved);
            first += Product(low, Vector256.LoadUnsafe(ref key)) + Product(high, middleKey);
            second += Product(low, middleKey) + Product(high, Vector256.LoadUnsafe(ref key, Stride));
            word = ref Unsafe.Add(ref word, Stride);
            key = ref Unsafe.Add(ref key, Stride);
        }

        ulong upper = Math.BigMul(Vector256.Sum(first) ^ _key[^1], Vector256.Sum(second) ^ _key[^2], out ulong lower);
        return upper ^ lower;
    }

    // In each word of 64 bits, the product of its halves, to each of which its half of the key was added.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> words, Vector256<ulong> key)
    {
        Vector256<ulong> halves = (words.AsUInt32() + key.AsUInt32()).AsUInt64();
        return (halves & Vector256.Create((ulong)uint.MaxValue)) * (halves >>> 32);
    }
}
