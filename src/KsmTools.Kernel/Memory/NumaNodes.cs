using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Memory;

/// <summary>Reads the NUMA nodes of a machine (Documentation/ABI/stable/sysfs-devices-node).</summary>
public sealed class NumaNodes
{
    internal const string Folder = "/sys/devices/system/node";

    private readonly KernelTree _kernel;

    /// <summary>The nodes of one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public NumaNodes(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
    }

    /// <summary>All nodes by number. A kernel without <c>CONFIG_NUMA</c> has one, node 0, with all memory and CPUs.</summary>
    /// <exception cref="KsmToolsException">A file cannot be read, or is not what the kernel writes.</exception>
    public IReadOnlyList<NumaNode> Read()
    {
        int[] ids = [.. _kernel.Folders(Folder).Select(NumberOf).Where(id => id >= 0).Order()];
        if (ids.Length == 0)
        {
            return [ReadTheOnly()];
        }

        IReadOnlyList<int>? withMemory = ReadList($"{Folder}/has_memory");
        return [.. ids.Select(id => Read(id, withMemory))];
    }

    /// <summary>One node.</summary>
    /// <param name="id">Its number.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.NumaNodeNotFound"/>, or a file cannot be read.</exception>
    public NumaNode Find(int id)
    {
        IReadOnlyList<NumaNode> nodes = Read();
        return nodes.FirstOrDefault(node => node.Id == id) ?? throw PageErrors.ForNode(_kernel.Locate(Folder), id, nodes.Select(node => node.Id));
    }

    private NumaNode Read(int id, IReadOnlyList<int>? withMemory)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"{Folder}/node{id}");
        (long? total, long? free) = ReadMemory(folder + "/meminfo");
        return new NumaNode
        {
            Id = id,
            MemoryBytes = total,
            FreeBytes = free,
            Cpus = _kernel.ReadText(folder + "/cpulist") ?? string.Empty,
            Distances = ReadDistances(folder + "/distance"),
            HasMemory = withMemory?.Contains(id) ?? total > 0,
        };
    }

    private NumaNode ReadTheOnly()
    {
        (long? total, long? free) = ReadMemory("/proc/meminfo");
        return new NumaNode
        {
            Id = 0,
            MemoryBytes = total,
            FreeBytes = free,
            Cpus = _kernel.ReadText("/sys/devices/system/cpu/online") ?? string.Empty,
            Distances = [10],
            HasMemory = true,
        };
    }

    private IReadOnlyList<int>? ReadList(string path) =>
        _kernel.ReadText(path) is { } text ? NumberList.Parse(text, _kernel.Locate(path)) : null;

    private int[] ReadDistances(string path)
    {
        string text = _kernel.ReadText(path) ?? string.Empty;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(words, word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int distance)
            ? distance
            : throw KernelErrors.ForContents(_kernel.Locate(path), text));
    }

    // "Node 0 MemTotal:       24684524 kB" in a node's file, the same without the node in the machine's.
    private (long? Total, long? Free) ReadMemory(string path)
    {
        long? total = null;
        long? free = null;
        foreach (ReadOnlySpan<char> line in (_kernel.ReadText(path) ?? string.Empty).AsSpan().EnumerateLines())
        {
            total ??= KibibyteLine.Bytes(line, "MemTotal:");
            free ??= KibibyteLine.Bytes(line, "MemFree:");
        }

        return (total, free);
    }

    private static int NumberOf(string folder) =>
        folder.StartsWith("node", StringComparison.Ordinal) && int.TryParse(folder.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : -1;
}
