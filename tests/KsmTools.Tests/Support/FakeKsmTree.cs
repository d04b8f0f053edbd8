using System.Buffers.Binary;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;

namespace KsmTools.Tests.Support;

/// <summary>A tree with KSM's files as a current kernel has them freshly booted, and errnos on demand: what a real kernel cannot be made to do.</summary>
internal sealed class FakeKsmTree : KernelTree, IDisposable
{
    private const string Folder = "sys/kernel/mm/ksm/";

    private static readonly Dictionary<string, string> Fresh = new()
    {
        ["run"] = "0",
        ["pages_to_scan"] = "100",
        ["sleep_millisecs"] = "20",
        ["max_page_sharing"] = "256",
        ["merge_across_nodes"] = "1",
        ["use_zero_pages"] = "0",
        ["smart_scan"] = "1",
        ["stable_node_chains_prune_millisecs"] = "2000",
        ["advisor_mode"] = "[none] scan-time",
        ["advisor_max_cpu"] = "70",
        ["advisor_min_pages_to_scan"] = "500",
        ["advisor_max_pages_to_scan"] = "30000",
        ["advisor_target_scan_time"] = "200",
        ["full_scans"] = "0",
        ["pages_scanned"] = "0",
        ["pages_shared"] = "0",
        ["pages_sharing"] = "0",
        ["pages_unshared"] = "0",
        ["pages_volatile"] = "0",
        ["pages_skipped"] = "0",
        ["ksm_zero_pages"] = "0",
        ["stable_node_chains"] = "0",
        ["stable_node_dups"] = "0",
        ["general_profit"] = "0",
    };

    private readonly TemporaryFolder _folder;

    public FakeKsmTree()
        : this(new TemporaryFolder())
    {
    }

    private FakeKsmTree(TemporaryFolder folder)
        : base(folder.Path)
    {
        _folder = folder;
        foreach ((string name, string value) in Fresh)
        {
            this[name] = value;
        }
    }

    /// <summary>What a write to a file answers instead of being done.</summary>
    public Dictionary<string, Errno> Refusals { get; } = [];

    /// <summary>Called with a knob and a value before it is written; may be null.</summary>
    public Action<string, string>? Writing { get; set; }

    /// <summary>The writes that were done, in order.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>A file of KSM's folder; null removes it.</summary>
    public string? this[string name]
    {
        get => File.ReadAllText(Path.Combine(_folder.Path, Folder + name)).TrimEnd('\n');
        set
        {
            if (value is null)
            {
                File.Delete(Path.Combine(_folder.Path, Folder + name));
            }
            else
            {
                _folder.Write(Folder + name, value + "\n");
            }
        }
    }

    /// <summary>Any other file of the tree.</summary>
    public void Put(string path, string contents) => _folder.Write(path, contents);

    /// <summary>An auxiliary vector that says how large a page is.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="isBigEndian">Whether it is of a machine like s390.</param>
    /// <param name="process">Whose it is.</param>
    public void SetPageSize(ulong size, bool isBigEndian = false, string process = "self")
    {
        // AT_SYSINFO_EHDR comes before, AT_NULL ends it.
        ulong[] words = [33, 0, 6, size, 0, 0];
        byte[] vector = [.. words.Select(word => isBigEndian ? BinaryPrimitives.ReverseEndianness(word) : word).SelectMany(BitConverter.GetBytes)];
        _folder.Write($"proc/{process}/auxv", string.Empty);
        File.WriteAllBytes(Path.Combine(_folder.Path, $"proc/{process}/auxv"), vector);
    }

    internal override Errno TryWrite(string path, string value)
    {
        string name = Path.GetFileName(path);
        if (Refusals.TryGetValue(name, out Errno errno))
        {
            return errno;
        }

        Writing?.Invoke(name, value);
        Writes.Add($"{name}={value}");
        this[name] = KernelChoice.Of(this[name]!) != this[name] && KernelChoice.All(this[name]!).Contains(value)
            ? string.Join(' ', KernelChoice.All(this[name]!).Select(word => word == value ? $"[{word}]" : word))
            : value;
        if (name == "advisor_mode")
        {
            this["pages_to_scan"] = value == "none" ? "100" : this["advisor_min_pages_to_scan"];
        }

        return Errno.None;
    }

    /// <summary>Every knob and counter, to compare before and after.</summary>
    public string Snapshot() =>
        string.Join('\n', Directory.GetFiles(Path.Combine(_folder.Path, Folder)).Order().Select(file => $"{Path.GetFileName(file)}={File.ReadAllText(file).Trim()}"));

    public void Dispose() => _folder.Dispose();
}
