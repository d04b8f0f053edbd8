using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KsmTools.Rmap;

/// <summary>
/// One event as every decoder gives it: a plain struct that is filled and filled again, so that reading a trace allocates nothing
/// per event. Names are held in place (<see cref="CommandName"/>) or by number (<see cref="SymbolTable"/>).
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct RmapRecord : ITraceRecord<RmapRecord>
{
    /// <summary>The CPU of a lost-events mark that does not say which.</summary>
    public const int AnyCpu = -1;

    private sbyte _pageType;
    private sbyte _locked;

    /// <summary>Start, end, or events lost.</summary>
    public RmapRecordKind Kind { get; set; }

    /// <summary>What <see cref="Timestamp"/> counts.</summary>
    public RmapTimeUnit TimeUnit { get; set; }

    /// <summary>Whether <see cref="Folio"/> and <see cref="Rwc"/> are known; a return probe cannot always see them.</summary>
    public bool HasAddresses { get; set; }

    /// <summary>The trace clock's time.</summary>
    public long Timestamp { get; set; }

    /// <summary>How many events were lost (<see cref="RmapRecordKind.Lost"/>); 0 where the kernel did not know.</summary>
    public long LostCount { get; set; }

    /// <summary>The folio's address, as the trace has it: hashed in text of the native tracepoints; 0 where a range of a file is walked without a folio (<c>mapping_wrprotect_range</c>, Linux 6.15).</summary>
    public ulong Folio { get; set; }

    /// <summary>The address of the caller's <c>struct rmap_walk_control</c>, as the trace has it.</summary>
    public ulong Rwc { get; set; }

    /// <summary>The flag column (irqs off, need-resched, ...) as up to eight ASCII characters, first in the lowest byte.</summary>
    public ulong Flags { get; set; }

    /// <summary>The thread's name.</summary>
    public CommandName Command { get; set; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; set; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; set; }

    /// <summary>The probed function in the reader's <see cref="SymbolTable"/>, or 0.</summary>
    public int Function { get; set; }

    /// <summary>The function that asked for the walk, in the reader's <see cref="SymbolTable"/>, or 0.</summary>
    public int Caller { get; set; }

    /// <summary>The page type; null where the source does not say.</summary>
    public RmapPageType? PageType
    {
        readonly get => _pageType == 0 ? null : (RmapPageType)(_pageType - 1);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _pageType = value is { } type ? (sbyte)((int)type + 1) : (sbyte)0;
    }

    /// <summary>Whether the caller held the lock already (<c>rmap_walk_locked</c>); null where the source does not say.</summary>
    public bool? Locked
    {
        readonly get => _locked == 0 ? null : _locked == 2;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _locked = value is { } locked ? (locked ? (sbyte)2 : (sbyte)1) : (sbyte)0;
    }

    /// <summary>0 for an unknown page type, else one more than the <see cref="RmapPageType"/>: an index without a branch.</summary>
    internal readonly int PageTypeCode => _pageType;

    /// <summary>Sets both where both are known, without a branch.</summary>
    internal void SetKnown(RmapPageType pageType, bool locked)
    {
        _pageType = (sbyte)((int)pageType + 1);
        _locked = locked ? (sbyte)2 : (sbyte)1;
    }

    /// <summary>The page type by its code.</summary>
    internal static RmapPageType? PageTypeOf(int code) => code == 0 ? null : (RmapPageType)(code - 1);

    /// <summary>A mark that events were lost here.</summary>
    /// <param name="cpu">The CPU whose buffer lost them, or <see cref="AnyCpu"/>.</param>
    /// <param name="count">How many, or 0 where that is not known.</param>
    public static RmapRecord Lost(int cpu, long count) => new() { Kind = RmapRecordKind.Lost, Cpu = cpu, LostCount = count };
}
