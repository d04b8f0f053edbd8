using System.Runtime.InteropServices;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>A file with one 64-bit word for each page frame: <c>/proc/kpageflags</c> and <c>/proc/kpagecount</c>.</summary>
internal sealed class FrameFile : IDisposable
{
    private readonly KernelFile? _file;

    /// <summary>Opens the file; where that is not possible every word is unknown.</summary>
    public FrameFile(KernelTree kernel, string path) => _ = KernelFile.TryOpen(kernel, path, out _file);

    /// <summary>The word of a frame, or null where it is not to be had.</summary>
    public long? Read(long? frame)
    {
        long word = 0;
        return _file is not null && frame is >= 0 and < long.MaxValue / sizeof(long)
            && _file.TryRead(MemoryMarshal.AsBytes(new Span<long>(ref word)), frame.Value * sizeof(long), out int count) == Errno.None
            && count == sizeof(long)
            ? word
            : null;
    }

    public void Dispose() => _file?.Dispose();
}
