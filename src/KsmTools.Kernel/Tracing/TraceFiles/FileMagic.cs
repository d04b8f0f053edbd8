using KsmTools.Errors;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>What the first bytes of a file tell: formats that are traces but not text, and compression.</summary>
internal static class FileMagic
{
    // trace-cmd.dat(5): 17 08 44, then "tracing".
    private static ReadOnlySpan<byte> TraceDat => "\u0017\u0008Dtracing"u8;

    // perf.data-file-format.txt: PERF_MAGIC2 "PERFILE2" in the writer's byte order, and the older "PERFFILE".
    private static ReadOnlySpan<byte> PerfData => "PERFILE2"u8;

    private static ReadOnlySpan<byte> PerfDataSwapped => "2ELIFREP"u8;

    private static ReadOnlySpan<byte> PerfDataOld => "PERFFILE"u8;

    private static ReadOnlySpan<byte> PerfDataOldSwapped => "ELIFFREP"u8;

    public static bool IsTraceDat(ReadOnlySpan<byte> head) => head.StartsWith(TraceDat);

    /// <summary>Whether it is a perf.data file of a version that is read.</summary>
    public static bool IsPerfData(ReadOnlySpan<byte> head) => head.StartsWith(PerfData) || head.StartsWith(PerfDataSwapped);

    /// <summary>Whether a perf.data file is of a machine with the most significant byte first.</summary>
    public static bool IsBigEndianPerfData(ReadOnlySpan<byte> head) => head.StartsWith(PerfDataSwapped);

    /// <summary>Whether it is a perf.data file of the first version, which perf wrote long ago.</summary>
    public static bool IsOldPerfData(ReadOnlySpan<byte> head) => head.StartsWith(PerfDataOld) || head.StartsWith(PerfDataOldSwapped);

    public static bool IsGzip(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <exception cref="KsmToolsException">The file is of a format that is known and not text.</exception>
    public static void Refuse(string path, ReadOnlySpan<byte> head)
    {
        if (IsTraceDat(head))
        {
            throw Refusal(path, Messages.TraceIsTraceDat, Messages.TraceIsTraceDatAction);
        }

        if (IsPerfData(head))
        {
            throw Refusal(path, Messages.TraceIsPerfData, Messages.TraceIsPerfDataAction);
        }

        if (IsOldPerfData(head))
        {
            throw Refusal(path, Messages.PerfDataOld, Messages.PerfDataOldAction);
        }

        if (CompressionOf(head) is var (compression, command))
        {
            throw Refusal(path, Messages.TraceIsCompressed, Text.Format(Messages.TraceIsCompressedAction, command), compression);
        }
    }

    // The packer, and the command that unpacks it.
    private static (string Name, string Command)? CompressionOf(ReadOnlySpan<byte> head) => head switch
    {
        [0x28, 0xB5, 0x2F, 0xFD, ..] => ("zstd", "zstd -d"),
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => ("xz", "xz -dk"),
        [0x04, 0x22, 0x4D, 0x18, ..] => ("lz4", "lz4 -d"),
        [(byte)'B', (byte)'Z', (byte)'h', ..] => ("bzip2", "bzip2 -dk"),
        [(byte)'P', (byte)'K', 3, 4, ..] => ("zip", "unzip"),
        _ => null,
    };

    private static KsmToolsException Refusal(string path, string message, string action, params ReadOnlySpan<object?> details) =>
        new(ErrorReason.TraceFormatNotRecognized, path, Text.Format(message, [path, .. details]), action);
}
