using System.Buffers.Binary;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>The size of a page of a kernel, which may not be the one running here.</summary>
internal static class PageSize
{
    private const ulong AuxiliaryVectorPageSize = 6;

    /// <summary>Bytes in a page: the running kernel's, or a captured tree's by an auxiliary vector in it (AT_PAGESZ, getauxval(3)).</summary>
    public static int Of(KernelTree kernel)
    {
        if (kernel.IsLive)
        {
            return Environment.SystemPageSize;
        }

        Span<byte> vector = stackalloc byte[1024];
        foreach (string path in (ReadOnlySpan<string>)["/proc/self/auxv", "/proc/1/auxv"])
        {
            if (KernelFile.TryOpen(kernel, path, out KernelFile? file) == Errno.None)
            {
                using (file)
                {
                    if (file!.TryRead(vector, 0, out int count) == Errno.None && Find(vector[..count]) is { } size)
                    {
                        return size;
                    }
                }
            }
        }

        return Environment.SystemPageSize;
    }

    // Pairs of two 64-bit words in the byte order of the machine it was captured on.
    private static int? Find(ReadOnlySpan<byte> vector)
    {
        for (; vector.Length >= 16; vector = vector[16..])
        {
            ulong? size =
                BinaryPrimitives.ReadUInt64LittleEndian(vector) == AuxiliaryVectorPageSize ? BinaryPrimitives.ReadUInt64LittleEndian(vector[8..])
                : BinaryPrimitives.ReadUInt64BigEndian(vector) == AuxiliaryVectorPageSize ? BinaryPrimitives.ReadUInt64BigEndian(vector[8..])
                : null;
            if (size is >= 1024 and <= int.MaxValue)
            {
                return (int)size;
            }
        }

        return null;
    }
}
