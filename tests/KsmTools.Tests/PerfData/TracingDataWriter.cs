using KsmTools.Tests.RingBuffer;

namespace KsmTools.Tests.PerfData;

/// <summary>Writes what perf records about tracepoints: the formats of a machine's rmap events.</summary>
internal static class TracingDataWriter
{
    public static byte[] Write(SubBufferWriter machine)
    {
        byte[] start = machine.Format("rmap_walk_start", SubBufferWriter.StartId), end = machine.Format("rmap_walk_end", SubBufferWriter.EndId);
        byte[] page = machine.HeaderPage(), header = SubBufferWriter.HeaderEvent();
        return
        [
            0x17, 0x08, 0x44, .. "tracing0.6\0"u8, machine.IsBigEndian ? (byte)1 : (byte)0, 8, .. U32(4096),
            .. "header_page\0"u8, .. U64((ulong)page.Length), .. page, .. "header_event\0"u8, .. U64((ulong)header.Length), .. header,
            .. U32(0), .. U32(1), .. "rmap\0"u8, .. U32(2), .. U64((ulong)start.Length), .. start, .. U64((ulong)end.Length), .. end,
            .. U32(0), .. U32(0), .. U64(0),
        ];

        byte[] U32(uint value)
        {
            byte[] bytes = new byte[4];
            machine.Put32(bytes, value);
            return bytes;
        }

        byte[] U64(ulong value) => machine.IsBigEndian ? [.. U32((uint)(value >> 32)), .. U32((uint)value)] : [.. U32((uint)value), .. U32((uint)(value >> 32))];
    }
}
