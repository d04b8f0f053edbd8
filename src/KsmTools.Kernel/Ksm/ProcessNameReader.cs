using System.Text;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>
/// Names of processes as <c>Get-Process</c> gives them: <c>/proc/pid/comm</c>, and where that was cut at 15 bytes
/// (<c>TASK_COMM_LEN</c>) the name of the program that it is the beginning of.
/// </summary>
internal sealed class ProcessNameReader(KernelTree kernel)
{
    private const int LongestCommand = 15;

    private readonly byte[] _buffer = new byte[4096];

    /// <summary>The name, or null where the process has ended or the tree does not hold it.</summary>
    public string? Read(int id)
    {
        ReadOnlySpan<byte> command = Read(ProcessMemory.PathOf(id, id, "comm")).TrimEnd((byte)'\n');
        if (command.IsEmpty)
        {
            return null;
        }

        string name = Encoding.UTF8.GetString(command);
        return command.Length < LongestCommand ? name : Whole(id, name);
    }

    // A script's name is in the second argument, after its interpreter's.
    private string Whole(int id, string name)
    {
        string arguments = Encoding.UTF8.GetString(Read(ProcessMemory.PathOf(kernel, id, "cmdline")));
        foreach (string argument in arguments.Split('\0').Take(2))
        {
            string file = argument[(argument.LastIndexOf('/') + 1)..];
            if (file.StartsWith(name, StringComparison.Ordinal))
            {
                return file;
            }
        }

        return name;
    }

    private ReadOnlySpan<byte> Read(string path)
    {
        if (KernelFile.TryOpen(kernel, path, out KernelFile? opened) != Errno.None)
        {
            return default;
        }

        using (opened)
        {
            return opened!.TryRead(_buffer, 0, out int count) == Errno.None ? _buffer.AsSpan(0, count) : default;
        }
    }
}
