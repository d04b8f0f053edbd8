using System.Runtime.CompilerServices;

namespace KsmTools.Potential;

/// <summary>
/// How many pages have each content, by its hash: open addressing over small slots, and the counts in the order in which contents were met, so that growing moves neither.
/// 16 bytes for each content and 8 for each slot: 6.3 million different pages (24 GiB) take 160 MiB. Not safe for concurrent use.
/// </summary>
internal sealed class ContentTable
{
    private const int ChunkShift = 16;
    private const int ChunkSize = 1 << ChunkShift;
    private const int FirstSlots = 1 << 12;

    private readonly List<ContentCount[]> _chunks = [];

    // The upper half of the hash, and the number of the content plus 1.
    private ulong[] _slots = new ulong[FirstSlots];

    /// <summary>How many contents there are.</summary>
    public int Count { get; private set; }

    /// <summary>A content by its number.</summary>
    public ref ContentCount this[int number] => ref _chunks[number >> ChunkShift][number & (ChunkSize - 1)];

    /// <summary>Counts a page.</summary>
    /// <param name="hash">The hash of its content.</param>
    /// <param name="isNewFrame">Whether its page frame was not counted before.</param>
    /// <returns>The number of the content.</returns>
    public int Add(ulong hash, bool isNewFrame)
    {
        int number = Find(hash);
        Meet(number, isNewFrame);
        return number;
    }

    /// <summary>The number of a content, which need not have been met.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(ulong hash)
    {
        ulong tag = hash & 0xffff_ffff_0000_0000;
        int mask = _slots.Length - 1;
        int slot = (int)hash & mask;
        for (; _slots[slot] is var value and not 0; slot = (slot + 1) & mask)
        {
            int number = (int)(uint)value - 1;
            if ((value & 0xffff_ffff_0000_0000) == tag && this[number].Hash == hash)
            {
                return number;
            }
        }

        return Append(hash, tag, slot);
    }

    /// <summary>Counts a page of a content that is known.</summary>
    /// <param name="number">The number of its content.</param>
    /// <param name="isNewFrame">Whether its page frame was not counted before.</param>
    public void Meet(int number, bool isNewFrame)
    {
        ref ContentCount content = ref this[number];
        content.Pages++;
        content.Frames += isNewFrame ? 1 : 0;
    }

    /// <summary>Takes a page back that was counted.</summary>
    /// <param name="number">The number of its content.</param>
    /// <param name="wasNewFrame">What it was counted with.</param>
    public void Remove(int number, bool wasNewFrame)
    {
        ref ContentCount content = ref this[number];
        content.Pages--;
        content.Frames -= wasNewFrame ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Append(ulong hash, ulong tag, int slot)
    {
        if (Count >> ChunkShift == _chunks.Count)
        {
            _chunks.Add(new ContentCount[ChunkSize]);
        }

        this[Count].Hash = hash;
        _slots[slot] = tag | (uint)(Count + 1);
        Count++;
        if (Count > _slots.Length / 4 * 3)
        {
            Grow();
        }

        return Count - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Grow()
    {
        ulong[] slots = new ulong[_slots.Length * 2];
        for (int number = 0; number < Count; number++)
        {
            ulong hash = this[number].Hash;
            int slot = (int)hash & (slots.Length - 1);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = (hash & 0xffff_ffff_0000_0000) | (uint)(number + 1);
        }

        _slots = slots;
    }
}
