using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace KsmTools.Fuzz;

/// <summary>
/// The input that is being decoded, in a file: the kernel keeps what is written there even when the process is killed, as it is for a read outside of
/// memory. A file that is left behind is therefore the input that did it.
/// </summary>
internal sealed class LastInput : IDisposable
{
    private const string Extension = ".last";

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <param name="path">The file, without its extension.</param>
    /// <param name="longest">Bytes of the longest input.</param>
    public LastInput(string path, int longest)
    {
        _path = path + Extension;
        _file = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, null, sizeof(int) + longest);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Reads an input: one that was kept, or one that was left behind.</summary>
    public static byte[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return Path.GetExtension(path) == Extension ? bytes[sizeof(int)..][..BinaryPrimitives.ReadInt32LittleEndian(bytes)] : bytes;
    }

    public void Keep(ArraySegment<byte> input)
    {
        _view.Write(0, input.Count);
        _view.WriteArray(sizeof(int), input.Array!, input.Offset, input.Count);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
