using System.Globalization;
using System.Text;
using KsmTools.Rmap;

namespace KsmTools.Tracing.PerfData;

/// <summary>Thread names as they are at a time: a thread has its parent's until it names itself or starts a program.</summary>
internal sealed class PerfThreads
{
    // PID_MAX_LIMIT of 64-bit kernels (include/linux/threads.h); more threads than that are none.
    private const int MaximumThreads = 4 * 1024 * 1024;

    // Threads whose names are found without a look into the table; a power of two.
    private const int Recent = 256;

    private readonly Dictionary<int, CommandName> _names = [];
    private readonly Dictionary<int, CommandName> _unnamed = [];
    private readonly SymbolTable _symbols;
    private readonly (int Thread, CommandName Name)[] _recent = new (int, CommandName)[Recent];

    public PerfThreads(SymbolTable symbols)
    {
        _symbols = symbols;
        _names[0] = CommandName.From("swapper"u8, symbols);
        Array.Fill(_recent, (0, _names[0]));
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

    /// <summary>A thread was made by another.</summary>
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

    /// <summary>A thread's name; <c>:</c> and its number where nothing says it, as perf prints it.</summary>
    public CommandName Find(int thread)
    {
        ref (int Thread, CommandName Name) recent = ref _recent[thread & (Recent - 1)];
        if (recent.Thread != thread)
        {
            recent = (thread, _names.TryGetValue(thread, out CommandName name) ? name : Unnamed(thread));
        }

        return recent.Name;
    }

    // No thread has this number.
    private void Forget(int thread) => _recent[thread & (Recent - 1)].Thread = int.MinValue;

    private CommandName Unnamed(int thread)
    {
        if (!_unnamed.TryGetValue(thread, out CommandName name))
        {
            name = CommandName.From(Encoding.ASCII.GetBytes(":" + thread.ToString(CultureInfo.InvariantCulture)), _symbols);
            if (_unnamed.Count < MaximumThreads)
            {
                _unnamed.Add(thread, name);
            }
        }

        return name;
    }
}
