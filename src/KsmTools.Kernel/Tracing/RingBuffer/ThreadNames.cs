using System.Buffers.Text;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Thread names by number, from <c>saved_cmdlines</c>: a line is <c>pid name</c>. The kernel keeps the latest 128 unless told otherwise.</summary>
public sealed class ThreadNames
{
    // PID_MAX_LIMIT of 64-bit kernels (include/linux/threads.h); more threads than that are none.
    private const int MaximumThreads = 4 * 1024 * 1024;

    private readonly Dictionary<int, CommandName> _names = [];
    private readonly CommandName _unknown;

    private ThreadNames(SymbolTable symbols)
    {
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
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].TrimEnd((byte)0);
            if (Utf8Parser.TryParse(line, out int thread, out int used) && used + 1 < line.Length && line[used] == ' '
                && thread > 0 && names._names.Count < MaximumThreads)
            {
                names._names[thread] = CommandName.From(line[(used + 1)..], symbols);
            }
        }

        return names;
    }

    /// <summary>A thread's name; <c>&lt;...&gt;</c> if it was not saved, as ftrace prints it.</summary>
    /// <param name="thread">The thread.</param>
    public CommandName Find(int thread) => _names.TryGetValue(thread, out CommandName name) ? name : _unknown;
}
