using System.Management.Automation;

namespace KsmTools.Shell.Utility;

/// <summary>Which objects of a stream -First, -Last, -Skip and -SkipLast let through, holding back no more than they must.</summary>
internal sealed class SelectWindow(bool limited, int first, int last, int skip, int skipLast)
{
    private readonly Queue<PSObject> _held = new();
    private readonly int _heldBack = first > 0 ? 0 : skip;
    private int _left = skip;
    private int _passed;

    /// <summary>Nothing that follows can get through.</summary>
    public bool IsDone => limited && last == 0 && first != 0 && _passed >= first;

    /// <summary>Takes an object and gives one that can go now, or null.</summary>
    public PSObject? Next(PSObject item)
    {
        if (skipLast > 0)
        {
            return SkipOne() ? null : Delay(item);
        }

        if (last == 0)
        {
            if (SkipOne() || (limited && _passed >= first))
            {
                return null;
            }

            _passed++;
            return item;
        }

        // -Skip counts from the end with -Last alone, and from the start with -First as well.
        if (first > 0)
        {
            if (SkipOne())
            {
                return null;
            }

            if (_passed < first)
            {
                _passed++;
                return item;
            }
        }

        _held.Enqueue(item);
        if (_held.Count > last + _heldBack)
        {
            _held.Dequeue();
        }

        return null;
    }

    /// <summary>What goes at the end.</summary>
    public IEnumerable<PSObject> Rest()
    {
        if (last == 0)
        {
            yield break;
        }

        while (_held.Count > _heldBack)
        {
            yield return _held.Dequeue();
        }

        _held.Clear();
    }

    private PSObject? Delay(PSObject item)
    {
        _held.Enqueue(item);
        return _held.Count > skipLast ? _held.Dequeue() : null;
    }

    private bool SkipOne()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        return true;
    }
}
