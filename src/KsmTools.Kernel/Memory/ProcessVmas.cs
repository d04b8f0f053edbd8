using System.Buffers.Text;
using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>Reads all mappings of a process from <c>/proc/pid/smaps</c> (Documentation/filesystems/proc.rst), a piece at a time.</summary>
internal sealed class ProcessVmas
{
    private const int PieceSize = 1 << 16;

    private readonly List<ProcessVma> _vmas = [];
    private ProcessVma _current;
    private byte[] _lastBytes = [];
    private string _lastText = string.Empty;

    private ProcessVmas()
    {
    }

    /// <summary>The mappings by address; none for a kernel thread and for a process that is ending.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.ProcessNotFound"/>; <see cref="ErrorReason.AccessDenied"/>: a process of another user; or what else the kernel said.
    /// </exception>
    public static IReadOnlyList<ProcessVma> Read(KernelTree kernel, int id, CancellationToken cancellationToken)
    {
        string path = ProcessMemory.PathOf(kernel, id, "smaps");
        Errno errno = KernelFile.TryOpen(kernel, path, out KernelFile? file);
        if (file is null)
        {
            throw PageErrors.ForProcessMemory(errno, id, kernel.Locate(path));
        }

        using (file)
        {
            var vmas = new ProcessVmas();
            vmas.Read(file, id, cancellationToken);
            return vmas._vmas;
        }
    }

    private void Read(KernelFile file, int id, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[PieceSize];
        int kept = 0;
        for (long offset = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Errno errno = file.TryRead(buffer.AsSpan(kept), offset, out int count);
            if (errno != Errno.None)
            {
                throw PageErrors.ForProcessMemory(errno, id, file.Path);
            }

            if (count == 0)
            {
                Add(buffer.AsSpan(0, kept), file.Path);
                Complete();
                return;
            }

            offset += count;
            ReadOnlySpan<byte> text = buffer.AsSpan(0, kept + count);
            for (int end = text.IndexOf((byte)'\n'); end >= 0; end = text.IndexOf((byte)'\n'))
            {
                Add(text[..end], file.Path);
                text = text[(end + 1)..];
            }

            kept = text.Length;
            text.CopyTo(buffer);
            if (kept == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    // Only headers begin with a digit or a small letter.
    private void Add(ReadOnlySpan<byte> line, string path)
    {
        if (line.IsEmpty)
        {
            return;
        }

        if (line[0] is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f'))
        {
            Complete();
            _current = TryHeader(line) ?? throw KernelErrors.ForContents(path, Encoding.UTF8.GetString(line));
        }
        else if (line.StartsWith("KSM:"u8))
        {
            _current = _current with { MergedBytes = Utf8Parser.TryParse(line["KSM:"u8.Length..].TrimStart((byte)' '), out long kibibytes, out _) ? kibibytes * 1024 : null };
        }
        else if (line.StartsWith("Anonymous:"u8))
        {
            _current = _current with { AnonymousBytes = Utf8Parser.TryParse(line["Anonymous:"u8.Length..].TrimStart((byte)' '), out long kibibytes, out _) ? kibibytes * 1024 : 0 };
        }
        else if (line.StartsWith("VmFlags:"u8))
        {
            _current = _current with
            {
                HasFlags = true,
                IsMergeable = line.IndexOf(" mg"u8) >= 0,
                IsLocked = line.IndexOf(" lo"u8) >= 0,
                IsStack = line.IndexOf(" gd"u8) >= 0,
                IsKsmCompatible = IsCompatible(line["VmFlags:"u8.Length..]),
            };
        }
    }

    // VM_SHARED, VM_MAYSHARE, VM_IO, VM_DONTEXPAND, VM_PFNMAP, VM_MIXEDMAP, VM_HUGETLB, VM_DROPPABLE (show_smap_vma_flags, fs/proc/task_mmu.c). A mapping of DAX
    // has no flag of its own, but its pages are of a file.
    private static bool IsCompatible(ReadOnlySpan<byte> flags)
    {
        foreach (Range part in flags.Split((byte)' '))
        {
            ReadOnlySpan<byte> flag = flags[part];
            if (flag.SequenceEqual("sh"u8) || flag.SequenceEqual("ms"u8) || flag.SequenceEqual("io"u8) || flag.SequenceEqual("de"u8) || flag.SequenceEqual("pf"u8)
                || flag.SequenceEqual("mm"u8) || flag.SequenceEqual("ht"u8) || flag.SequenceEqual("dp"u8))
            {
                return false;
            }
        }

        return true;
    }

    private void Complete()
    {
        if (_current.End != 0)
        {
            _vmas.Add(_current);
        }

        _current = default;
    }

    // "7f7e9b1df000-7f7e9b1e0000 rw-p 00000000 08:01 131                        /usr/lib/x.so"
    private ProcessVma? TryHeader(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out ulong start, out int used, 'x') || !Skip(ref line, used + 1)
            || !Utf8Parser.TryParse(line, out ulong end, out used, 'x') || !Skip(ref line, used + 1)
            || line.Length < "rw-p ".Length)
        {
            return null;
        }

        bool isReadable = line[0] == (byte)'r';
        bool isShared = line[3] == (byte)'s';
        if (!Skip(ref line, "rw-p ".Length) || !Utf8Parser.TryParse(line, out ulong offset, out used, 'x') || !Skip(ref line, used + 1))
        {
            return null;
        }

        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> inode = space < 0 ? default : line[(space + 1)..];
        if (!Utf8Parser.TryParse(inode, out ulong number, out used))
        {
            return null;
        }

        return new ProcessVma
        {
            Start = start,
            End = end,
            Offset = offset,
            IsReadable = isReadable,
            IsShared = isShared,
            File = number == 0 ? string.Empty : Text(line[..(space + 1 + used)]),
            Name = Text(inode[used..].TrimStart((byte)' ')),
        };
    }

    private static bool Skip(ref ReadOnlySpan<byte> line, int count)
    {
        bool isThere = count <= line.Length;
        line = isThere ? line[count..] : default;
        return isThere;
    }

    // Mappings that were split from one have the same file and name, one after the other.
    private string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return string.Empty;
        }

        if (!bytes.SequenceEqual(_lastBytes))
        {
            _lastBytes = bytes.ToArray();
            _lastText = Encoding.UTF8.GetString(bytes);
        }

        return _lastText;
    }
}
