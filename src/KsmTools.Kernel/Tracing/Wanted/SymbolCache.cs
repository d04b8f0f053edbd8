using KsmTools.Records;

namespace KsmTools.Tracing.Wanted;

/// <summary>The last few kernel functions of one thread of a reader: a trace names the same handful again and again.</summary>
internal sealed class SymbolCache(SymbolTable symbols)
{
    private const int Size = 8;

    private readonly byte[][] _names = [.. Enumerable.Range(0, Size).Select(_ => Array.Empty<byte>())];
    private readonly int[] _numbers = new int[Size];
    private int _next;

    public int Intern(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < Size; i++)
        {
            if (name.SequenceEqual(_names[i]))
            {
                return _numbers[i];
            }
        }

        int number = symbols.Intern(name);
        _names[_next] = name.ToArray();
        _numbers[_next] = number;
        _next = (_next + 1) % Size;
        return number;
    }
}
