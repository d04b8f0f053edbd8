using KsmTools.Files;
using KsmTools.Memory;

namespace KsmTools.Potential;

/// <summary>
/// The page frames that several mappings have, by open addressing. What <c>/proc/kpagecount</c> counts of a frame beyond the mappings that were measured is of others: merging
/// takes the measured ones away from it, and the frame stays.
/// </summary>
/// <remarks>
/// Of a part of a large folio kpagecount has what its whole has on average, where the kernel does not keep counts for each page (<c>CONFIG_NO_PAGE_MAPCOUNT</c>, 6.15).
/// Not safe for concurrent use.
/// </remarks>
internal sealed class SharedFrames(KernelTree kernel) : IDisposable
{
    private readonly FrameFile _counts = new(kernel, ProcessPages.CountFile);
    private readonly FrameFile _flags = new(kernel, ProcessPages.FlagsFile);
    private readonly bool _flagIsTrusted = KsmFlagTrust.Of(kernel);
    private readonly List<ulong> _ofThisProcess = [];
    private readonly NumberList _order = new();
    private SharedFrame[] _slots = new SharedFrame[64];
    private int _count;

    /// <summary>The number of the frame of each mapping, in the order in which they were met.</summary>
    public NumberList Order => _order;

    /// <summary>Whether one of them was met more than once.</summary>
    public bool HasFamilies => _slots.Any(slot => slot.Seen > 1);

    /// <summary>Begins a process: what is counted from now on can be taken back.</summary>
    public void Begin() => _ofThisProcess.Clear();

    /// <summary>A frame that was met before, or null: it need not be read again.</summary>
    public SharedFrame? Find(long frame) => _slots[Slot(_slots, Key(frame))] is { Seen: > 0 } known ? known : null;

    /// <summary>All frames by their numbers; those that were taken back have no mapping.</summary>
    public SharedFrame[] ByNumber()
    {
        var frames = new SharedFrame[_count];
        foreach (SharedFrame frame in _slots.Where(slot => slot.Key != 0))
        {
            frames[frame.Number] = frame;
        }

        return frames;
    }

    /// <summary>Whether KSM has merged a frame; false where nobody can know.</summary>
    public bool IsMerged(long frame) => _flagIsTrusted && _flags.Read(frame) is { } flags && ((PageFlags)flags).HasFlag(PageFlags.Ksm);

    /// <summary>Counts a mapping.</summary>
    /// <param name="frame">Its frame.</param>
    /// <param name="content">The number of its content.</param>
    /// <param name="mayBeMerged">Whether there are merged pages around it; taken for an answer where nobody can know.</param>
    /// <param name="isUnused">Whether it goes when its large folio is split.</param>
    /// <returns>Whether the frame was not met before.</returns>
    public bool Add(long frame, int content, bool mayBeMerged, bool isUnused = false)
    {
        ulong key = Key(frame);
        _ofThisProcess.Add(key);
        ref SharedFrame known = ref _slots[Slot(_slots, key)];
        bool isNew = known.Seen == 0;
        bool isFree = known.Key == 0;
        if (isNew)
        {
            int mapped = (int)Math.Clamp(_counts.Read(frame) ?? 0, 0, int.MaxValue);
            known = new SharedFrame
            {
                Key = key,
                Number = isFree ? _count : known.Number,
                Content = content,
                Mapped = mapped,
                IsMerged = _flagIsTrusted ? IsMerged(frame) : mayBeMerged,
                IsUnused = isUnused,
            };
        }

        known.Seen++;
        _order.Add(known.Number);
        if (isFree && ++_count > _slots.Length / 4 * 3)
        {
            Grow();
        }

        return isNew;
    }

    /// <summary>Says of a frame that it is the second one of its content.</summary>
    public void MarkSecond(long frame) => _slots[Slot(_slots, Key(frame))].IsSecond = true;

    /// <summary>Takes back what was counted since <see cref="Begin"/>.</summary>
    public void TakeBack()
    {
        foreach (ulong key in _ofThisProcess)
        {
            _slots[Slot(_slots, key)].Seen--;
        }

        _order.Truncate(_order.Count - _ofThisProcess.Count);
        _ofThisProcess.Clear();
    }

    /// <summary>What is to be known of contents for their shared frames. A content that is not there has none that matters.</summary>
    /// <param name="maxPageSharing">Mappings that one KSM page takes.</param>
    public Dictionary<int, ContentFrames> OfContents(int maxPageSharing)
    {
        var contents = new Dictionary<int, ContentFrames>();
        foreach (SharedFrame frame in _slots.Where(slot => slot.Seen > 0 && (slot.IsMerged || slot.IsUnused || slot.Mapped != slot.Seen)))
        {
            ContentFrames known = contents.GetValueOrDefault(frame.Content);
            contents[frame.Content] = frame.IsUnused
                ? known with { Unused = known.Unused + 1, UnusedPages = known.UnusedPages + frame.Seen, UnusedHeld = known.UnusedHeld + (frame.IsHeld ? 1 : 0) }
                : frame.IsMerged
                ? known with { Merged = known.Merged + 1, MergedPages = known.MergedPages + frame.Seen, Room = known.Room + Math.Max(maxPageSharing - Math.Max(frame.Mapped, frame.Seen), 0) }
                : frame.Mapped == 0 ? known with { Unknown = known.Unknown + 1, UnknownPages = known.UnknownPages + frame.Seen }
                : frame.IsHeld ? known with { Held = known.Held + 1, IsSecondHeld = known.IsSecondHeld || frame.IsSecond }
                : known;
        }

        return contents;
    }

    public void Dispose()
    {
        _counts.Dispose();
        _flags.Dispose();
    }

    private static ulong Key(long frame) => (ulong)frame + 1;

    // Where it is, or where it would go. A frame that was taken back keeps its place.
    private static int Slot(SharedFrame[] slots, ulong key)
    {
        int slot = (int)Mixing.Mix(key) & (slots.Length - 1);
        while (slots[slot].Key != 0 && slots[slot].Key != key)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        var slots = new SharedFrame[_slots.Length * 2];
        foreach (SharedFrame frame in _slots.Where(frame => frame.Key != 0))
        {
            slots[Slot(slots, frame.Key)] = frame;
        }

        _slots = slots;
    }
}
