using System.Text;
using KsmTools.Files;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// The names under which a kernel has its walk functions, from <c>/proc/kallsyms</c>. Compilers add to a function's name: GCC <c>.isra.0</c>,
/// <c>.constprop.0</c>, <c>.part.0</c> and <c>.cold</c> for clones and pieces, and linkers <c>.llvm.123</c> and <c>.lto_priv.0</c> to tell equal names apart.
/// </summary>
/// <param name="names">Names of functions.</param>
internal sealed class FunctionNames(IReadOnlyList<string> names)
{
    private const string File = "/proc/kallsyms";

    private static readonly Lock Gate = new();
    private static FunctionNames? _live;

    private bool IsEmpty => names.Count == 0;

    /// <summary>What a kernel has; nothing where it does not say.</summary>
    public static FunctionNames Of(KernelTree kernel)
    {
        if (!kernel.IsLive)
        {
            return Read(kernel);
        }

        // The kernel writes some ten megabytes, and what it has of itself, not of a module, is the same as long as it runs.
        lock (Gate)
        {
            FunctionNames found = _live ?? Read(kernel);
            _live = found.IsEmpty ? null : found;
            return found;
        }
    }

    /// <summary>Whether a clone by this name has all arguments of its function, where they were.</summary>
    public static bool KeepsArguments(string symbol) => Suffixes(symbol).All(part => part is "llvm" or "lto_priv" or "localalias");

    /// <summary>
    /// The names that calls of a function go by, all of which are needed to see every call. The piece that was cut off for being unlikely is no way in; the part that
    /// is left when the beginning has become part of the callers is one only where there is no other.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="parts">Parts that are left out: callers that have the beginning in themselves call these alone.</param>
    public IReadOnlyList<string> Variants(string function, out IReadOnlyList<string> parts)
    {
        string[] all = [.. names.Where(name => name == function || (name.StartsWith(function, StringComparison.Ordinal) && name[function.Length] == '.'))
            .Where(name => !Suffixes(name).Contains("cold")).Distinct().Order(StringComparer.Ordinal)];
        string[] whole = [.. all.Where(name => !IsPart(name))];
        parts = whole.Length > 0 ? [.. all.Except(whole)] : [];
        return whole.Length > 0 ? whole : all;
    }

    /// <summary>Whether it is what is left of a function whose beginning has become part of its callers.</summary>
    public static bool IsPart(string symbol) => Suffixes(symbol).Contains("part");

    /// <summary>The functions of a text of kallsyms that walk, by their names.</summary>
    public static FunctionNames Parse(ReadOnlySpan<byte> text)
    {
        var found = new List<string>();
        while (text.IndexOf("rmap_walk"u8) is >= 0 and var at)
        {
            int start = text[..at].LastIndexOf((byte)'\n') + 1;
            int length = text[at..].IndexOf((byte)'\n');
            int end = length < 0 ? text.Length : at + length;

            // "ffffffff810001c0 t name", with a tab and the module behind it for a module's.
            if (Encoding.UTF8.GetString(text[start..end]).Split(' ') is [_, "t" or "T" or "w" or "W", var name] && !name.Contains('\t', StringComparison.Ordinal))
            {
                found.Add(name);
            }

            text = text[end..];
        }

        return new FunctionNames(found);
    }

    private static FunctionNames Read(KernelTree kernel) =>
        kernel.TryReadBytes(File, out ReadOnlyMemory<byte> text) == Interop.Errno.None ? Parse(text.Span) : new FunctionNames([]);

    // The words between the dots that are no numbers.
    private static IEnumerable<string> Suffixes(string symbol) => symbol.Split('.').Skip(1).Where(part => !part.All(char.IsAsciiDigit));
}
