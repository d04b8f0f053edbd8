using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Memory;

/// <summary>
/// The NUMA node of a page frame, by the memory block that it is in (Documentation/admin-guide/mm/memory-hotplug.rst). Only kernels with <c>CONFIG_MEMORY_HOTPLUG</c> show blocks.
/// </summary>
internal sealed class FrameNodes(KernelTree kernel)
{
    private const string BlockSize = "/sys/devices/system/memory/block_size_bytes";
    private const string BlockPrefix = "memory";

    private readonly int _pageSize = PageSize.Of(kernel);
    private readonly Lazy<(long Size, Dictionary<long, int> Nodes)?> _blocks = new(() => Read(kernel));

    /// <summary>The node, or null where the kernel does not say.</summary>
    public int? Of(long? frame) =>
        frame is >= 0 and var known && known < long.MaxValue / _pageSize && _blocks.Value is { } blocks && blocks.Nodes.TryGetValue(known * _pageSize / blocks.Size, out int node)
            ? node
            : null;

    private static (long Size, Dictionary<long, int> Nodes)? Read(KernelTree kernel)
    {
        if (!long.TryParse(kernel.ReadText(BlockSize), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size) || size <= 0)
        {
            return null;
        }

        var nodes = new Dictionary<long, int>();
        foreach (NumaNode node in new NumaNodes(kernel).Read())
        {
            foreach (string name in kernel.Folders(string.Create(CultureInfo.InvariantCulture, $"{NumaNodes.Folder}/node{node.Id}")))
            {
                if (name.StartsWith(BlockPrefix, StringComparison.Ordinal)
                    && long.TryParse(name.AsSpan(BlockPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long block))
                {
                    nodes[block] = node.Id;
                }
            }
        }

        return (size, nodes);
    }
}
