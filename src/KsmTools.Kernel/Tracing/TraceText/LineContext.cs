using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>What stands before the event on a line: who, where, when (<c>trace_print_context</c>, kernel/trace/trace_output.c).</summary>
[StructLayout(LayoutKind.Auto)]
internal struct LineContext
{
    /// <summary>The most characters of a thread's name: TASK_COMM_LEN without its end (include/linux/sched.h).</summary>
    public const int LongestName = 15;

    /// <summary>Where the thread's name begins, or blanks before it.</summary>
    public int NameStart;

    /// <summary>Where the thread's name ends: the dash.</summary>
    public int NameEnd;

    public int ThreadId;
    public int Cpu;
    public ulong Flags;
    public long Timestamp;
    public RmapTimeUnit TimeUnit;

    /// <summary>Where the event begins.</summary>
    public int Body;

    /// <summary>Reads the event of the line.</summary>
    /// <param name="line">The line whose context this is.</param>
    /// <param name="wanted">The wanted events.</param>
    /// <param name="functions">Takes names of functions.</param>
    /// <param name="names">Takes thread names that are too long to be held in place.</param>
    /// <param name="record">Filled for <see cref="LineKind.Event"/>, of <see cref="LineKind.Stack"/> all but what it says; else the CPU alone.</param>
    public readonly LineKind ReadEvent(ReadOnlySpan<byte> line, WantedEvents wanted, SymbolCache functions, SymbolTable names, ref TraceRecord record)
    {
        record.Cpu = Cpu;
        LineKind kind = wanted.ReadText(line[Body..], functions, ref record);
        if (kind is LineKind.Event or LineKind.Stack)
        {
            record.Command = CommandName.From(line[NameStart..NameEnd].TrimStart((byte)' '), names);
            record.ThreadId = ThreadId;
            record.Flags = Flags;
            record.Timestamp = Timestamp;
            record.TimeUnit = TimeUnit;
        }

        return kind;
    }
}
