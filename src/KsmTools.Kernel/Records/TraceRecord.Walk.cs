using System.Runtime.CompilerServices;

namespace KsmTools.Records;

/// <content>What the start and the end of a walk have.</content>
public partial struct TraceRecord
{
    private const int FolioPlace = 0;
    private const int RwcPlace = 1;
    private const int FunctionsPlace = 2;
    private const byte Addresses = (1 << FolioPlace) | (1 << RwcPlace);

    private sbyte _pageType;
    private sbyte _locked;

    /// <summary>Whether <see cref="Folio"/> and <see cref="Rwc"/> are known; a return probe cannot always see them.</summary>
    public bool HasAddresses
    {
        readonly get => (_known & Addresses) == Addresses;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _known = value ? Addresses : (byte)0;
    }

    /// <summary>The folio's address, as the trace has it: hashed in text of the native tracepoints; 0 where a range of a file is walked without a folio (<c>mapping_wrprotect_range</c>, Linux 6.15).</summary>
    public ulong Folio
    {
        readonly get => _values[FolioPlace];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _values[FolioPlace] = value;
    }

    /// <summary>The address of the caller's <c>struct rmap_walk_control</c>, as the trace has it.</summary>
    public ulong Rwc
    {
        readonly get => _values[RwcPlace];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _values[RwcPlace] = value;
    }

    /// <summary>The probed function in the reader's <see cref="SymbolTable"/>, or 0.</summary>
    public int Function
    {
        readonly get => (int)(uint)_values[FunctionsPlace];
        set => _values[FunctionsPlace] = (_values[FunctionsPlace] & 0xFFFF_FFFF_0000_0000) | (uint)value;
    }

    /// <summary>The function that asked for the walk, in the reader's <see cref="SymbolTable"/>, or 0.</summary>
    public int Caller
    {
        readonly get => (int)(_values[FunctionsPlace] >> 32);
        set => _values[FunctionsPlace] = (uint)_values[FunctionsPlace] | ((ulong)(uint)value << 32);
    }

    /// <summary>The page type; null where the source does not say.</summary>
    public RmapPageType? PageType
    {
        readonly get => PageTypeOf(_pageType);
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetKnown(RmapPageType pageType, bool locked)
    {
        _pageType = (sbyte)((int)pageType + 1);
        _locked = locked ? (sbyte)2 : (sbyte)1;
    }

    /// <summary>Sets that there are addresses and no functions, as of the native tracepoints.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetNative()
    {
        _known = Addresses;
        _values[FunctionsPlace] = 0;
    }

    /// <summary>The page type by its code.</summary>
    internal static RmapPageType? PageTypeOf(int code) => code == 0 ? null : (RmapPageType)(code - 1);
}
