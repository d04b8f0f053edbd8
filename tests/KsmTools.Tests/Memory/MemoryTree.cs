using System.Buffers.Binary;
using KsmTools.Files;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

/// <summary>A captured tree with nodes and a process's pages.</summary>
internal sealed class MemoryTree : IDisposable
{
    /// <summary>The process.</summary>
    public const int Id = 4321;

    /// <summary>Its first page in the tree.</summary>
    public const long Address = 16 * 4096;

    public const ulong Present = 1UL << 63;
    public const ulong Swapped = 1UL << 62;
    public const ulong OfFile = 1UL << 61;

    private readonly TemporaryFolder _folder = new();

    public MemoryTree() => Kernel = new KernelTree(_folder.Path);

    public KernelTree Kernel { get; }

    public MemoryTree Put(string path, string contents)
    {
        _folder.Write(path, contents);
        return this;
    }

    /// <summary>Two nodes; the second has memory and no CPU. A third has neither.</summary>
    public MemoryTree PutNodes() => Put("/sys/devices/system/node/has_memory", "0-1\n")
        .Put("/sys/devices/system/node/online", "0-2\n")
        .Put("/sys/devices/system/node/node0/cpulist", "0-3,8\n")
        .Put("/sys/devices/system/node/node0/distance", "10 20 30\n")
        .Put("/sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:        1016276 kB\nNode 0 MemFree:          773912 kB\nNode 0 MemUsed:          242364 kB\n")
        .Put("/sys/devices/system/node/node1/cpulist", "\n")
        .Put("/sys/devices/system/node/node1/distance", "20 10 40\n")
        .Put("/sys/devices/system/node/node1/meminfo", "Node 1 MemTotal:        1032016 kB\nNode 1 MemFree:         1017464 kB\n")
        .Put("/sys/devices/system/node/node2/cpulist", "4-7\n")
        .Put("/sys/devices/system/node/node2/distance", "30 40 10\n")
        .Put("/sys/devices/system/node/node2/meminfo", "Node 2 MemTotal:              0 kB\nNode 2 MemFree:               0 kB\n");

    /// <summary>The entries of the process's pages from <see cref="Address"/> on.</summary>
    public MemoryTree PutPages(params ulong[] entries) => PutWords($"/proc/{Id}/pagemap", Address / 4096, entries);

    /// <summary>Flags of the frames from a number on.</summary>
    public MemoryTree PutFlags(long frame, params ulong[] flags) => PutWords("/proc/kpageflags", frame, flags);

    /// <summary>Mappings of the frames from a number on.</summary>
    public MemoryTree PutCounts(long frame, params ulong[] counts) => PutWords("/proc/kpagecount", frame, counts);

    /// <summary>Where a process's memory comes from, as <c>stat</c> says it.</summary>
    /// <param name="id">The process.</param>
    /// <param name="isCopy">Whether it has executed no program since it was forked.</param>
    /// <param name="start">When it was forked, in ticks.</param>
    /// <param name="isKernelThread">Whether it is the kernel's.</param>
    public MemoryTree PutOrigin(int id = Id, bool isCopy = false, long start = 100, bool isKernelThread = false) =>
        Put($"/proc/{id}/stat", $"{id} (a ) b) S 1 1 1 0 -1 {0x400000 | (isCopy ? 0x40 : 0) | (isKernelThread ? 0x200000 : 0)} 0 0 0 0 0 0 0 0 20 0 1 0 {start} 0 0\n");

    /// <summary>The entries of a process's pages from <see cref="Address"/> on.</summary>
    public MemoryTree PutPagesOf(int id, params ulong[] entries) => PutWords($"/proc/{id}/pagemap", Address / 4096, entries);

    public void Dispose() => _folder.Dispose();

    private MemoryTree PutWords(string path, long first, ulong[] words)
    {
        byte[] bytes = new byte[(first + words.Length) * sizeof(ulong)];
        for (int index = 0; index < words.Length; index++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan((int)(first + index) * sizeof(ulong)), words[index]);
        }

        File.WriteAllBytes(_folder.Write(path, string.Empty), bytes);
        return this;
    }
}
