namespace KsmTools.Tracing.TraceDat;

/// <summary>Numbers of options and, from <see cref="HeaderInfo"/> on, of the sections that they point to (trace-cmd.dat(5)).</summary>
internal static class TraceDatOptions
{
    public const ushort Done = 0;
    public const ushort Date = 1;
    public const ushort CpuStatistics = 2;
    public const ushort Buffer = 3;
    public const ushort Clock = 4;
    public const ushort Machine = 5;
    public const ushort Offset = 7;
    public const ushort CpuCount = 8;
    public const ushort Version = 9;
    public const ushort TraceId = 11;
    public const ushort TimeShift = 12;
    public const ushort CyclesToNanoseconds = 14;
    public const ushort Strings = 15;
    public const ushort HeaderInfo = 16;
    public const ushort FtraceEvents = 17;
    public const ushort EventFormats = 18;
    public const ushort KernelSymbols = 19;
    public const ushort PrintkFormats = 20;
    public const ushort Commands = 21;
    public const ushort BufferText = 22;

    // trace-cmd leaves out these two where they are shorter.
    private const int LeastTimeOption = 16;
    private const int MicrosecondsToNanoseconds = 1000;

    /// <summary>Reads an option if it is one that changes times.</summary>
    public static void ReadTime(ushort id, TraceDatCursor option, TraceDatTime time)
    {
        switch (id)
        {
            case Date:
                time.AddOffset(option.Span(option.Left), MicrosecondsToNanoseconds);
                break;
            case Offset:
                time.AddOffset(option.Span(option.Left), 1);
                break;
            case TimeShift when option.Left >= LeastTimeOption:
                time.SetShift(option);
                break;
            case CyclesToNanoseconds when option.Left >= LeastTimeOption:
                time.SetCycles(option);
                break;
        }
    }
}
