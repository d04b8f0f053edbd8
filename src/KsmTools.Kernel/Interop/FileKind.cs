namespace KsmTools.Interop;

/// <summary>What a file is (<c>S_IFMT</c>, include/uapi/linux/stat.h).</summary>
internal enum FileKind
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>A named pipe.</summary>
    Pipe = 0x1000,

    /// <summary>A folder.</summary>
    Folder = 0x4000,

    /// <summary>An ordinary file.</summary>
    Ordinary = 0x8000,

    /// <summary>A symbolic link.</summary>
    Link = 0xa000,
}
