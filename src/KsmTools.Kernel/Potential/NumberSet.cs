namespace KsmTools.Potential;

/// <summary>A set of 64-bit numbers by open addressing, 8 bytes a slot. Not safe for concurrent use.</summary>
internal sealed class NumberSet
{
    private ulong[] _slots = new ulong[64];
    private bool _hasZero;

    /// <summary>How many numbers it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it holds a number.</summary>
    public bool Contains(ulong number) => number == 0 ? _hasZero : _slots[Slot(_slots, number)] == number;

    /// <summary>Takes a number.</summary>
    /// <returns>False where it was there.</returns>
    public bool Add(ulong number)
    {
        if (Contains(number))
        {
            return false;
        }

        Count++;
        if (number == 0)
        {
            _hasZero = true;
            return true;
        }

        _slots[Slot(_slots, number)] = number;
        if (Count > _slots.Length / 4 * 3)
        {
            ulong[] slots = new ulong[_slots.Length * 2];
            foreach (ulong kept in _slots.Where(kept => kept != 0))
            {
                slots[Slot(slots, kept)] = kept;
            }

            _slots = slots;
        }

        return true;
    }

    // Where it is, or where it would go.
    private static int Slot(ulong[] slots, ulong number)
    {
        int slot = (int)Mixing.Mix(number) & (slots.Length - 1);
        while (slots[slot] != 0 && slots[slot] != number)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        return slot;
    }
}
