using System.Globalization;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// Names of kernel functions by address, from <c>/proc/kallsyms</c> as it was when the trace was recorded. The text is read when the first
/// address is asked for, and only then: the native tracepoints have none.
/// </summary>
internal sealed class KernelSymbols
{
    // Distinct addresses that are remembered; a trace has a handful.
    private const int MaximumRemembered = 4096;

    // Farther from its start than any function is long: the address is in none that the list has.
    private const ulong MaximumFunctionSize = 1 << 20;

    private readonly Func<ReadOnlyMemory<byte>> _load;
    private readonly SymbolTable _symbols;
    private readonly Dictionary<ulong, KernelFunction> _known = [];
    private ReadOnlyMemory<byte> _text;
    private ulong[]? _addresses;
    private int[] _names = [];

    /// <summary>Symbols of a trace.</summary>
    /// <param name="load">Gives the text of kallsyms; empty where there is none.</param>
    /// <param name="symbols">The table that numbers the names.</param>
    public KernelSymbols(Func<ReadOnlyMemory<byte>> load, SymbolTable symbols)
    {
        _load = load;
        _symbols = symbols;
    }

    /// <summary>Call chains of these functions.</summary>
    public StackTable Stacks => _symbols.Stacks;

    /// <summary>The function that an address is in; the address itself, in hexadecimal, where that is not known.</summary>
    internal KernelFunction Find(ulong address)
    {
        if (!_known.TryGetValue(address, out KernelFunction function))
        {
            function = Look(address);
            if (_known.Count < MaximumRemembered)
            {
                _known.Add(address, function);
            }
        }

        return function;
    }

    private KernelFunction Look(ulong address)
    {
        if (_addresses is null)
        {
            Load();
        }

        int index = Array.BinarySearch(_addresses!, address);
        index = index < 0 ? ~index - 1 : index;
        if (index < 0 || address - _addresses![index] > MaximumFunctionSize)
        {
            return new KernelFunction(_symbols.Intern(address.ToString("x", CultureInfo.InvariantCulture)), null);
        }

        ReadOnlySpan<byte> name = NameAt(_names[index]);
        return new KernelFunction(_symbols.Intern(name), WalkFunctions.TypeOf(name));
    }

    private ReadOnlySpan<byte> NameAt(int start)
    {
        ReadOnlySpan<byte> rest = _text.Span[start..];
        int end = rest.IndexOfAny((byte)'\n', (byte)'\t', (byte)' ');
        return end < 0 ? rest : rest[..end];
    }

    private void Load()
    {
        _text = _load();
        var addresses = new List<ulong>();
        var names = new List<int>();
        var lines = new SymbolLines(_text.Span);
        while (lines.MoveNext())
        {
            if (lines.IsFunction && lines.IsPlace)
            {
                addresses.Add(lines.Address);
                names.Add(lines.NameStart);
            }
        }

        _addresses = [.. addresses];
        _names = [.. names];
        Sort();
        KeepFirst();
    }

    // Several names can have one address; the first in the file is the one that the kernel prints.
    private void KeepFirst()
    {
        int kept = 0;
        for (int i = 0; i < _addresses!.Length; i++)
        {
            if (kept == 0 || _addresses[i] != _addresses[kept - 1])
            {
                _addresses[kept] = _addresses[i];
                _names[kept++] = _names[i];
            }
        }

        Array.Resize(ref _addresses, kept);
        Array.Resize(ref _names, kept);
    }

    // Sorted by address, and names of one address in the order of the file.
    private void Sort()
    {
        ulong[] addresses = _addresses!;
        for (int i = 1; i < addresses.Length; i++)
        {
            if (addresses[i] < addresses[i - 1])
            {
                int[] order = [.. Enumerable.Range(0, addresses.Length).OrderBy(index => addresses[index])];
                _addresses = Array.ConvertAll(order, index => addresses[index]);
                int[] names = _names;
                _names = Array.ConvertAll(order, index => names[index]);
                return;
            }
        }
    }
}
