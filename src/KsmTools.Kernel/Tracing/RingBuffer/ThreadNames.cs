using System.Buffers.Text;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Thread names by number, from <c>saved_cmdlines</c>: a line is <c>pid name</c>. The kernel keeps the latest 128 unless told otherwise.</summary>
internal class ThreadNames
{
    // PID_MAX_LIMIT of 64-bit kernels (include/linux/threads.h); more threads than that are none.
    private const int MaximumThreads = 4 * 1024 * 1024;

    private readonly Dictionary<int, CommandName> _names = [];
    private readonly SymbolTable _symbols;
    private readonly CommandName _unknown;

    private protected ThreadNames(SymbolTable symbols)
    {
        _symbols = symbols;
        _unknown = CommandName.From("<...>"u8, symbols);

        // Thread 0 is every CPU's idle thread, and the kernel never saves its name.
        _names[0] = CommandName.From("<idle>"u8, symbols);
    }

    /// <summary>Reads <c>saved_cmdlines</c>.</summary>
    /// <param name="text">The file; lines that say nothing are passed over.</param>
    /// <param name="symbols">Takes names that are too long to be held in place.</param>
    public static ThreadNames Parse(ReadOnlySpan<byte> text, SymbolTable symbols)
    {
        var names = new ThreadNames(symbols);
        names.Add(text);
        return names;
    }

    /// <summary>A thread's name; <c>&lt;...&gt;</c> if it was not saved, as ftrace prints it.</summary>
    /// <param name="thread">The thread.</param>
    public virtual CommandName Find(int thread) => TryFind(thread, out CommandName name) ? name : _unknown;

    private protected bool TryFind(int thread, out CommandName name) => _names.TryGetValue(thread, out name);

    private protected void Add(ReadOnlySpan<byte> text)
    {
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].TrimEnd((byte)0);
            if (Utf8Parser.TryParse(line, out int thread, out int used) && used + 1 < line.Length && line[used] == ' ')
            {
                Add(thread, line[(used + 1)..]);
            }
        }
    }

    private protected void Add(int thread, ReadOnlySpan<byte> name)
    {
        if (thread > 0 && _names.Count < MaximumThreads)
        {
            _names[thread] = CommandName.From(name, _symbols);
        }
    }
}
