namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// Spells <c>common_flags</c> and <c>common_preempt_count</c> as tracefs prints them: five characters for interrupts, rescheduling, interrupt
/// context, preemption depth and migration depth (kernel/trace/trace_output.c, <c>trace_print_lat_fmt</c>; the bits are
/// <c>enum trace_flag_type</c> of include/linux/trace_events.h).
/// </summary>
internal static class LatencyFlags
{
    private const int IrqsOff = 0x01;
    private const int NeedReschedLazy = 0x02;
    private const int NeedResched = 0x04;
    private const int HardIrq = 0x08;
    private const int SoftIrq = 0x10;
    private const int PreemptResched = 0x20;
    private const int Nmi = 0x40;
    private const int BottomHalvesOff = 0x80;

    /// <summary>The characters, the first in the lowest byte, as <see cref="Records.TraceRecord.Flags"/> holds them.</summary>
    public static ulong Spell(int flags, int preemptCount)
    {
        char irqs = (flags & (IrqsOff | BottomHalvesOff)) switch
        {
            IrqsOff | BottomHalvesOff => 'D',
            IrqsOff => 'd',
            BottomHalvesOff => 'b',
            _ => '.',
        };
        char resched = (flags & (NeedResched | NeedReschedLazy | PreemptResched)) switch
        {
            NeedResched | NeedReschedLazy | PreemptResched => 'B',
            NeedResched | PreemptResched => 'N',
            NeedReschedLazy | PreemptResched => 'L',
            NeedResched | NeedReschedLazy => 'b',
            NeedResched => 'n',
            NeedReschedLazy => 'l',
            PreemptResched => 'p',
            _ => '.',
        };
        char context = (flags & Nmi, flags & HardIrq, flags & SoftIrq) switch
        {
            (not 0, not 0, _) => 'Z',
            (not 0, 0, _) => 'z',
            (0, not 0, not 0) => 'H',
            (0, not 0, 0) => 'h',
            (0, 0, not 0) => 's',
            _ => '.',
        };
        return irqs | ((ulong)resched << 8) | ((ulong)context << 16) | ((ulong)Depth(preemptCount & 15) << 24) | ((ulong)Depth(preemptCount >> 4) << 32);
    }

    private static char Depth(int depth) => depth == 0 ? '.' : (char)(depth < 10 ? '0' + depth : 'a' + depth - 10);
}
