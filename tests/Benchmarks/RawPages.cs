using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceDat;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Benchmarks;

/// <summary>The sub-buffers of a trace.dat file as files of their own, as <c>trace_pipe_raw</c> gives them.</summary>
internal static class RawPages
{
    /// <summary>Takes them out of a file without compression.</summary>
    /// <param name="path">The trace.dat file.</param>
    /// <param name="formats">The folder with <c>header_page</c> and the events' <c>format</c> files.</param>
    /// <param name="folder">Where the files go.</param>
    public static RawBuffer Split(string path, string formats, string folder)
    {
        using BinaryFile file = TraceFile.Open(path).AsBinary();
        TraceDatContents contents = TraceDatVersion7.Read(file, TraceDatHeader.Read(file), WalkReader.Wanted);
        var files = new List<(int, string)>();
        foreach (TraceDatArea area in contents.Buffers.SelectMany(buffer => buffer.Areas).Where(area => area.Size > 0))
        {
            byte[] pages = new byte[area.Size];
            _ = file.ReadAt(area.Offset, pages);
            string name = Path.Combine(folder, $"cpu{area.Cpu}.trace_pipe_raw");
            File.WriteAllBytes(name, pages);
            files.Add((area.Cpu, name));
        }

        return new RawBuffer
        {
            Files = files,
            HeaderPage = File.ReadAllBytes(Path.Combine(formats, "header_page")),
            Formats = [File.ReadAllBytes(Path.Combine(formats, "rmap_walk_start.format")), File.ReadAllBytes(Path.Combine(formats, "rmap_walk_end.format"))],
            SavedCommands = contents.Commands,
        };
    }
}
