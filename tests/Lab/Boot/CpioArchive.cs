using System.Globalization;
using System.Text;

namespace KsmTools.Lab.Boot;

/// <summary>Writes an archive in cpio's "newc" format, as the kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
internal sealed class CpioArchive(Stream stream)
{
    private const int FolderMode = 0x41ED; // 040755
    private const int ProgramMode = 0x81ED; // 0100755
    private int _inode;

    public void AddFolder(string name) => Add(name, FolderMode, []);

    public void AddFile(string name, ReadOnlySpan<byte> content) => Add(name, ProgramMode, content);

    public void AddFile(string name, string content) => AddFile(name, Encoding.UTF8.GetBytes(content));

    public void Finish() => Add("TRAILER!!!", mode: 0, []);

    private void Add(string name, int mode, ReadOnlySpan<byte> content)
    {
        byte[] nameBytes = Encoding.UTF8.GetBytes(name + '\0');
        // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
        int[] fields = [++_inode, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, nameBytes.Length, 0];
        string header = "070701" + string.Concat(fields.Select(field => field.ToString("X8", CultureInfo.InvariantCulture)));
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(nameBytes);
        Pad(header.Length + nameBytes.Length);
        stream.Write(content);
        Pad(content.Length);
    }

    private void Pad(int length) => stream.Write(stackalloc byte[-length & 3]);
}
