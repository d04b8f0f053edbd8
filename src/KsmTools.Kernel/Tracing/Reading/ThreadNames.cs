using System.Buffers.Text;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>Thread names by number, as a trace has them: all at once, or as they are at a time.</summary>
internal class ThreadNames
{
    // PID_MAX_LIMIT of 64-bit kernels (include/linux/threads.h); more threads than that are none.
    private const int MaximumThreads = 4 * 1024 * 1024;

    // Threads whose names are found without a look into the table; a power of two.
    private const int Recent = 256;

    private readonly Dictionary<int, CommandName> _names = [];
    private readonly (int Thread, CommandName Name)[] _recent = new (int, CommandName)[Recent];
    private readonly CommandName _unknown;

    private protected ThreadNames(SymbolTable symbols, ReadOnlySpan<byte> idle)
    {
        Symbols = symbols;
        _unknown = CommandName.From("<...>"u8, symbols);
        _names[0] = CommandName.From(idle, symbols);
        Array.Fill(_recent, (0, _names[0]));
    }

    /// <summary>Takes names that are too long to be held in place.</summary>
    private protected SymbolTable Symbols { get; }

    /// <summary>Names of a trace of the kernel's ring buffer.</summary>
    /// <param name="saved">The text of <c>saved_cmdlines</c>, of which the kernel keeps the latest 128 names unless told otherwise; lines that say nothing are passed over.</param>
    /// <param name="symbols">Takes names that are too long to be held in place.</param>
    public static ThreadNames Of(ReadOnlySpan<byte> saved, SymbolTable symbols)
    {
        var names = new ThreadNames(symbols);
        names.Add(saved);
        return names;
    }

    // Thread 0 is every CPU's idle thread, and the kernel never saves its name.
    private protected ThreadNames(SymbolTable symbols)
        : this(symbols, "<idle>"u8)
    {
    }

    /// <summary>A line of <c>saved_cmdlines</c>: <c>pid name</c>.</summary>
    /// <param name="line">The line.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="name">Where its name begins.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out int thread, out int name)
    {
        bool isNumber = Utf8Parser.TryParse(line, out thread, out int used);
        name = used + 1;
        return isNumber && name < line.Length && line[used] == ' ';
    }

    /// <summary>Grows when names that were given out may be others now.</summary>
    public int Version { get; private protected set; }

    /// <summary>A thread's name.</summary>
    /// <param name="thread">The thread.</param>
    public virtual CommandName Find(int thread)
    {
        ref (int Thread, CommandName Name) recent = ref _recent[thread & (Recent - 1)];
        if (recent.Thread != thread)
        {
            recent = (thread, TryFind(thread, out CommandName name) ? name : Unknown(thread));
        }

        return recent.Name;
    }

    /// <summary>A thread got a name.</summary>
    public void Name(int thread, CommandName name)
    {
        Forget(thread);
        if (_names.Count < MaximumThreads || _names.ContainsKey(thread))
        {
            _names[thread] = name;
        }
    }

    /// <summary>A thread's name was seen, which counts where none is known.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="name">The name.</param>
    public void Learn(int thread, ReadOnlySpan<byte> name)
    {
        if (thread > 0 && !name.IsEmpty && !_names.ContainsKey(thread))
        {
            Add(thread, name);
            Version++;
        }
    }

    /// <summary>A thread was made by another, whose name it has until it gets its own.</summary>
    public void Fork(int thread, int parent)
    {
        if (_names.TryGetValue(parent, out CommandName name))
        {
            Name(thread, name);
            return;
        }

        _names.Remove(thread);
        Forget(thread);
    }

    /// <summary>What a thread is called of which nothing is known: as ftrace prints it.</summary>
    private protected virtual CommandName Unknown(int thread) => _unknown;

    private protected bool TryFind(int thread, out CommandName name) => _names.TryGetValue(thread, out name);

    private protected void Add(ReadOnlySpan<byte> saved)
    {
        foreach (Range range in saved.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = saved[range].TrimEnd((byte)0);
            if (TryParse(line, out int thread, out int name))
            {
                Add(thread, line[name..]);
            }
        }
    }

    private protected void Add(int thread, ReadOnlySpan<byte> name)
    {
        if (thread > 0)
        {
            Name(thread, CommandName.From(name, Symbols));
        }
    }

    // No thread has this number.
    private void Forget(int thread) => _recent[thread & (Recent - 1)].Thread = int.MinValue;
}
