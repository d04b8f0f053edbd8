using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>
/// The group of a walk. What is not grouped by has its default value, so equal keys are one group. What a clock's steps are to nanoseconds nobody knows, so walks of different units
/// are never in one.
/// </summary>
internal readonly record struct RmapGroupKey
{
    public CommandName Command { get; init; }

    public int ThreadId { get; init; }

    public int Cpu { get; init; }

    public int Caller { get; init; }

    public byte PageTypeCode { get; init; }

    public byte LockedCode { get; init; }

    public RmapTimeUnit TimeUnit { get; init; }

    public bool Equals(RmapGroupKey other) =>
        ThreadId == other.ThreadId && Cpu == other.Cpu && Caller == other.Caller && PageTypeCode == other.PageTypeCode
        && LockedCode == other.LockedCode && TimeUnit == other.TimeUnit && Command == other.Command;

    public override int GetHashCode()
    {
        (ulong first, ulong second) = Command.Words;
        ulong hash = (first * 31) + second;
        hash = (hash ^ (uint)ThreadId) * 0x9E37_79B9_7F4A_7C15;
        hash = (hash ^ (((ulong)(uint)Cpu << 32) | (uint)Caller)) * 0xC2B2_AE3D_27D4_EB4F;
        return (int)((hash ^ ((ulong)TimeUnit << 16) ^ ((ulong)PageTypeCode << 8) ^ LockedCode) * 0x9E37_79B9_7F4A_7C15 >> 32);
    }

    public static RmapGroupKey Of(RmapGroupBy by, in TraceRecord start, in TraceRecord end) => new()
    {
        Command = (by & RmapGroupBy.Command) != 0 ? start.Command : default,
        ThreadId = (by & RmapGroupBy.ThreadId) != 0 ? start.ThreadId : 0,
        Cpu = (by & RmapGroupBy.Cpu) != 0 ? start.Cpu : 0,
        Caller = (by & RmapGroupBy.Caller) != 0 ? RecordObjects.Caller(start, end) : 0,
        PageTypeCode = (by & RmapGroupBy.PageType) != 0 ? (byte)(start.PageTypeCode != 0 ? start.PageTypeCode : end.PageTypeCode) : (byte)0,
        LockedCode = (by & RmapGroupBy.Locked) != 0 ? Code(start.Locked ?? end.Locked) : (byte)0,
        TimeUnit = start.TimeUnit,
    };

    public static bool? LockedOf(byte code) => code == 0 ? null : code == 2;

    private static byte Code(bool? locked) => locked switch { null => 0, false => 1, true => 2 };
}
