using System.Runtime.InteropServices;
using KsmTools.Records;

namespace KsmTools.Tracing.TraceText;

/// <summary>What stands before the event on a line: who, where, when (<c>trace_print_context</c>, kernel/trace/trace_output.c).</summary>
[StructLayout(LayoutKind.Auto)]
internal struct LineContext
{
    /// <summary>Where the thread's name ends: the dash.</summary>
    public int NameEnd;

    public int ThreadId;
    public int Cpu;
    public ulong Flags;
    public long Timestamp;
    public RmapTimeUnit TimeUnit;

    /// <summary>Where the event begins.</summary>
    public int Body;
}
