using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>Programs of a few instructions, for what a runtime with many threads cannot do between fork(2) and execve(2), or not at all.</summary>
internal static class ProgramImage
{
    private const int FileHeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int CodeOffset = FileHeaderSize + ProgramHeaderSize;
    private const ulong LoadAddress = 0x400000;

    /// <summary>A program as an ELF file.</summary>
    /// <param name="architecture">What it is to run on.</param>
    /// <param name="x64">Its code for x86-64.</param>
    /// <param name="arm64">Its code for arm64.</param>
    /// <param name="data">What follows the code, at the next address that eight divides.</param>
    /// <returns>The file's bytes, or null for another architecture.</returns>
    public static byte[]? Make(Architecture architecture, ReadOnlySpan<byte> x64, ReadOnlySpan<uint> arm64, params ReadOnlySpan<ulong> data)
    {
        switch (architecture)
        {
            case Architecture.X64:
                return Make(62, x64, data);
            case Architecture.Arm64:
                Span<byte> code = stackalloc byte[arm64.Length * sizeof(uint)];
                for (int word = 0; word < arm64.Length; word++)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(code[(word * sizeof(uint))..], arm64[word]);
                }

                return Make(183, code, data);
            default:
                return null;
        }
    }

    // One segment that holds the headers, the code and the data (elf(5)).
    private static byte[] Make(ushort machine, ReadOnlySpan<byte> code, ReadOnlySpan<ulong> data)
    {
        int dataOffset = (CodeOffset + code.Length + 7) / 8 * 8;
        byte[] image = new byte[data.IsEmpty ? CodeOffset + code.Length : dataOffset + (data.Length * sizeof(ulong))];
        Span<byte> header = image;
        "\x7f"u8.CopyTo(header);
        "ELF"u8.CopyTo(header[1..]);
        header[4] = 2; // ELFCLASS64
        header[5] = 1; // ELFDATA2LSB
        header[6] = 1; // EV_CURRENT
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2); // ET_EXEC
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1); // EV_CURRENT
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], LoadAddress + CodeOffset); // e_entry
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], FileHeaderSize); // e_phoff
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], FileHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 1); // e_phnum

        Span<byte> segment = header[FileHeaderSize..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1); // PT_LOAD
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5); // PF_R | PF_X
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], LoadAddress); // p_vaddr
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], LoadAddress); // p_paddr
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)image.Length); // p_filesz
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)image.Length); // p_memsz
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x10000); // p_align, enough for 64 KiB pages

        code.CopyTo(header[CodeOffset..]);
        for (int word = 0; word < data.Length; word++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(header[(dataOffset + (word * sizeof(ulong)))..], data[word]);
        }

        return image;
    }
}
