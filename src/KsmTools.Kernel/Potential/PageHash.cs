using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace KsmTools.Potential;

/// <summary>
/// Hashes pages with a secret of its own: the folded multiplication of wyhash (Wang Yi 2019) over eight lanes. 64 bits are enough to count by: among the 6.3 million different
/// pages of 24 GiB the odds are one in a million that any two are taken for equal, and nobody who does not know the secret can better them.
/// </summary>
/// <remarks>
/// Optimised from the first call on. System.IO.Hashing's XxHash3 is as fast in the end, but takes 50 microseconds a page until the runtime has found it worth optimising:
/// measured, the first 512 MiB took 5.9 s with it and 0.9 s so, and most measurements are the first of their process.
/// </remarks>
internal sealed class PageHash
{
    private const int Lanes = 8;

    private readonly ulong[] _secret = new ulong[2 * Lanes];

    public PageHash() => RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_secret.AsSpan()));

    /// <summary>The hash of a page, whose size is a multiple of 128 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Of(ReadOnlySpan<byte> page)
    {
        ref ulong secret = ref MemoryMarshal.GetArrayDataReference(_secret);
        ref ulong word = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ulong>(page));
        ulong a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
        for (nint left = page.Length / (2 * Lanes * sizeof(ulong)); left > 0; left--)
        {
            a = Fold(word ^ secret ^ a, Unsafe.Add(ref word, 1) ^ Unsafe.Add(ref secret, 1));
            b = Fold(Unsafe.Add(ref word, 2) ^ Unsafe.Add(ref secret, 2) ^ b, Unsafe.Add(ref word, 3) ^ Unsafe.Add(ref secret, 3));
            c = Fold(Unsafe.Add(ref word, 4) ^ Unsafe.Add(ref secret, 4) ^ c, Unsafe.Add(ref word, 5) ^ Unsafe.Add(ref secret, 5));
            d = Fold(Unsafe.Add(ref word, 6) ^ Unsafe.Add(ref secret, 6) ^ d, Unsafe.Add(ref word, 7) ^ Unsafe.Add(ref secret, 7));
            e = Fold(Unsafe.Add(ref word, 8) ^ Unsafe.Add(ref secret, 8) ^ e, Unsafe.Add(ref word, 9) ^ Unsafe.Add(ref secret, 9));
            f = Fold(Unsafe.Add(ref word, 10) ^ Unsafe.Add(ref secret, 10) ^ f, Unsafe.Add(ref word, 11) ^ Unsafe.Add(ref secret, 11));
            g = Fold(Unsafe.Add(ref word, 12) ^ Unsafe.Add(ref secret, 12) ^ g, Unsafe.Add(ref word, 13) ^ Unsafe.Add(ref secret, 13));
            h = Fold(Unsafe.Add(ref word, 14) ^ Unsafe.Add(ref secret, 14) ^ h, Unsafe.Add(ref word, 15) ^ Unsafe.Add(ref secret, 15));
            word = ref Unsafe.Add(ref word, 2 * Lanes);
        }

        return Fold(Fold(Fold(a ^ secret, b) ^ c, Fold(Fold(d ^ secret, e) ^ f, g) ^ secret) ^ h, Unsafe.Add(ref secret, 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
