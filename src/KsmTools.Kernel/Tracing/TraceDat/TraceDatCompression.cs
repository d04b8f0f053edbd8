namespace KsmTools.Tracing.TraceDat;

/// <summary>The compression that a file of version 7 names in its header.</summary>
internal enum TraceDatCompression
{
    None = 0,
    Zlib = 1,
    Zstd = 2,
}
