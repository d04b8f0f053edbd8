using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// The lines of <c>/proc/kallsyms</c>: <c>ffffffff810001c0 T startup_64</c>, and <c>ffffffffc0401000 t init\t[module]</c> (kernel/kallsyms.c, <c>s_show</c>). What has no address is
/// passed over: it is hidden, or the first of the per-CPU variables.
/// </summary>
/// <param name="text">The text.</param>
internal ref struct SymbolLines(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _next;

    /// <summary>Where the line begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where the next line begins.</summary>
    public readonly int End => Math.Min(_next, _text.Length);

    /// <summary>The symbol's address.</summary>
    public ulong Address { get; private set; }

    /// <summary>Where its name begins.</summary>
    public int NameStart { get; private set; }

    /// <summary>Whether it is a function: data is none.</summary>
    public readonly bool IsFunction => _text[NameStart - 2] is (byte)'t' or (byte)'T' or (byte)'w' or (byte)'W';

    /// <summary>Whether it is where its address says: an offset of a per-CPU variable is no address, and of what begins with a dollar there are many alike.</summary>
    public readonly bool IsPlace => _text[NameStart - 2] is not ((byte)'a' or (byte)'A') && _text[NameStart] != '$';

    /// <summary>Goes to the next line that says something.</summary>
    public bool MoveNext()
    {
        while (_next < _text.Length)
        {
            Start = _next;
            ReadOnlySpan<byte> line = _text[_next..];
            int end = line.IndexOf((byte)'\n');
            line = end < 0 ? line : line[..end];
            _next += line.Length + 1;
            int space = line.IndexOf((byte)' ');
            if (space > 0 && line.Length > space + 3 && line[space + 2] == ' ' && Digits.TryHex(line[..space], out ulong address) && address != 0)
            {
                Address = address;
                NameStart = Start + space + 3;
                return true;
            }
        }

        return false;
    }
}
