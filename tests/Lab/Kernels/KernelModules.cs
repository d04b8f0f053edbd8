using System.Text;
using KsmTools.Lab.Host;

namespace KsmTools.Lab.Kernels;

/// <summary>The loadable modules of a kernel, with what each depends on taken from the module itself: a package has no modules.dep.</summary>
internal sealed class KernelModules
{
    private readonly Dictionary<string, string> _files;
    private readonly HashSet<string> _builtIn;
    private readonly List<(string Name, byte[] Content)> _inOrder = [];
    private readonly HashSet<string> _seen = [];

    private KernelModules(string folder)
    {
        _files = Directory.EnumerateFiles(Path.Combine(folder, "kernel"), "*.ko*", SearchOption.AllDirectories)
            .GroupBy(NameOf).ToDictionary(group => group.Key, group => group.First());
        _builtIn = [.. File.ReadLines(Path.Combine(folder, "modules.builtin")).Select(NameOf)];
    }

    /// <summary>Modules and what they depend on, in the order in which they have to be loaded; built-in ones are left out.</summary>
    /// <exception cref="LabUnavailableException">The kernel has no such module.</exception>
    public static IReadOnlyList<(string Name, byte[] Content)> Collect(string folder, IEnumerable<string> names)
    {
        var modules = new KernelModules(folder);
        foreach (string name in names)
        {
            modules.Add(name);
        }

        return modules._inOrder;
    }

    private void Add(string name)
    {
        if (_builtIn.Contains(name) || !_seen.Add(name))
        {
            return;
        }

        if (!_files.TryGetValue(name, out string? path))
        {
            throw new LabUnavailableException($"the kernel has no module {name}");
        }

        byte[] content = File.ReadAllBytes(path);
        if (path.EndsWith(".xz", StringComparison.Ordinal))
        {
            content = Tool.Filter(Tool.Find("busybox", "busybox-static"), ["xz", "-dc"], content);
        }

        foreach (string needed in Dependencies(content))
        {
            Add(needed);
        }

        _inOrder.Add((name, content));
    }

    // The section .modinfo holds "key=value" strings, each ended by a zero.
    private static string[] Dependencies(ReadOnlySpan<byte> content)
    {
        int at = content.IndexOf("\0depends="u8);
        if (at < 0)
        {
            return [];
        }

        ReadOnlySpan<byte> value = content[(at + "\0depends=".Length)..];
        return Encoding.ASCII.GetString(value[..value.IndexOf((byte)0)]).Replace('-', '_').Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string NameOf(string path)
    {
        string file = Path.GetFileName(path);
        return file[..file.IndexOf(".ko", StringComparison.Ordinal)].Replace('-', '_');
    }
}
