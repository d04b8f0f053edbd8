namespace KsmTools.Model;

/// <summary>
/// <c>struct ksm_stable_node</c>: one KSM page and the list of the items whose places map it. The nodes of one content are the <c>dups</c> of a chain once there is more than
/// one, because none of them takes more than <c>max_page_sharing</c> items.
/// </summary>
/// <param name="id">Its number, which stands for its address.</param>
/// <param name="page">The KSM page.</param>
internal sealed class StableNode(long id, ModelPage page)
{
    /// <summary>Its number; never 0.</summary>
    public long Id { get; } = id;

    /// <summary>The KSM page (<c>kpfn</c>).</summary>
    public ModelPage Page { get; } = page;

    /// <summary>The first item of the list (<c>hlist</c>), which came last; 0 for none.</summary>
    public long FirstItem { get; private set; }

    /// <summary>How many items there are (<c>rmap_hlist_len</c>).</summary>
    public int Length { get; private set; }

    /// <summary>Whether the page was freed; the node is then removed when it is next looked at (<c>ksm_get_folio</c>).</summary>
    public bool IsStale => Page.MapCount == 0;

    /// <summary>Puts an item first in the list.</summary>
    public void Add(KsmRmapItems items, long item)
    {
        ref KsmRmapItem added = ref items[item];
        added.Head = Id;
        added.Next = FirstItem;
        added.Previous = 0;
        if (FirstItem != 0)
        {
            items[FirstItem].Previous = item;
        }

        FirstItem = item;
        Length++;
    }

    /// <summary>Takes an item out of the list.</summary>
    public void Remove(KsmRmapItems items, long item)
    {
        ref KsmRmapItem removed = ref items[item];
        if (removed.Previous == 0)
        {
            FirstItem = removed.Next;
        }
        else
        {
            items[removed.Previous].Next = removed.Next;
        }

        if (removed.Next != 0)
        {
            items[removed.Next].Previous = removed.Previous;
        }

        removed.Head = 0;
        removed.Next = 0;
        removed.Previous = 0;
        Length--;
    }

    /// <summary>The items, last come first.</summary>
    public IEnumerable<long> Items(KsmRmapItems items)
    {
        for (long item = FirstItem; item != 0; item = items[item].Next)
        {
            yield return item;
        }
    }
}
