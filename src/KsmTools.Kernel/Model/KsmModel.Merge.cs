namespace KsmTools.Model;

/// <content>What becomes of one page in a scan, and of its item.</content>
internal sealed partial class KsmModel
{
    private const int SmallAge = 3;

    // should_skip_rmap_item. A page that was written to since it was merged is no KSM page, yet its item is stable still: its age is not there to be read.
    private bool ShouldSkip(long item, ModelPage page)
    {
        if (!SmartScan || page.StableNode is not null || Items[item].IsStable)
        {
            return false;
        }

        byte age = Items.Age(item);
        if (age != byte.MaxValue)
        {
            Items.Age(item)++;
        }

        if (age < SmallAge)
        {
            return false;
        }

        if (Items.RemainingSkips(item) == 0)
        {
            Items.RemainingSkips(item) = age switch { <= SmallAge => 1, <= 5 => 2, <= 8 => 4, _ => 8 };
            return false;
        }

        PagesSkipped++;
        Items.RemainingSkips(item)--;
        RemoveFromTree(item);
        return true;
    }

    // cmp_and_merge_page.
    private void CompareAndMerge(long item, Vma vma, ulong at, ModelPage page)
    {
        StableNode? own = page.StableNode;
        if (own is not null)
        {
            if (Items[item].IsStable && Items[item].Head == own.Id)
            {
                return;
            }
        }
        else
        {
            RemoveFromTree(item);
            uint checksum = Checksum(page.Content);
            if (Items.OldChecksum(item) != checksum)
            {
                Items.OldChecksum(item) = checksum;
                return;
            }
        }

        // A KSM page that fork brought here stays what it is, even beyond max_page_sharing.
        StableNode? node = own ?? _stable.Search(page.Content, MaxPageSharing, RemoveNode);
        RemoveFromTree(item);
        if (node is not null)
        {
            BecomeKsmPage(item, vma, at, node.Page);
            Append(item, node);
        }
        else if (SearchOrInsertUnstable(item, page) is { } other)
        {
            MergeTwo(item, vma, at, page, other);
        }
    }

    // try_to_merge_two_pages and what follows it.
    private void MergeTwo(long item, Vma vma, ulong at, ModelPage page, long other)
    {
        AddressSpace otherMm = AddressSpaceOf(Items[other].Mm);
        ulong otherAt = Items[other].Page;
        BecomeKsmPage(item, vma, at, page);
        if (Fails(KsmFailure.MergeSecondPage))
        {
            BreakCow(item);
            return;
        }

        RemoveFromTree(other);
        BecomeKsmPage(other, otherMm.Find(otherAt)!, otherAt, page);
        if (Fails(KsmFailure.MakeStableNode))
        {
            BreakCow(other);
            BreakCow(item);
            return;
        }

        StableNode node = _stable.Insert(page);
        Append(other, node);
        Append(item, node);
    }

    // try_to_merge_with_ksm_page: under mmap_lock, the item notes where the page will be found again.
    private void BecomeKsmPage(long item, Vma vma, ulong at, ModelPage page)
    {
        if (!vma.Mm.TryGetPage(at, out ModelPage? former) || former != page)
        {
            vma.Mm.SetPage(at, page);
        }

        Items[item].AnonVma = vma.AnonVma!.Id;
        Items.SetLinearPageIndex(item, vma.LinearPageIndex(at));
    }

    // break_cow: a merge is undone before the item came to the stable tree.
    private void BreakCow(long item)
    {
        AddressSpace mm = AddressSpaceOf(Items[item].Mm);
        ulong at = Items[item].Page;
        Items[item].AnonVma = 0;
        Items.ForgetLinearPageIndex(item);
        if (mm.TryGetPage(at, out ModelPage? page) && page.MapCount > 1)
        {
            mm.SetPage(at, new ModelPage(page.Content));
        }
    }

    // stable_tree_append.
    private void Append(long item, StableNode node)
    {
        node.Add(Items, item);
        Items[item].Address |= KsmRmapItem.StableFlag;
        if (node.Length > 1)
        {
            PagesSharing++;
        }
        else
        {
            PagesShared++;
        }
    }

    // unstable_tree_search_insert: the item of an equal page, or null and this one waits for such a page.
    private long? SearchOrInsertUnstable(long item, ModelPage page)
    {
        if (_unstable.TryGetValue(page.Content, out long other))
        {
            bool isStillSo = AddressSpaceOf(Items[other].Mm).TryGetPage(Items[other].Page, out ModelPage? known)
                && known != page && known.StableNode is null && known.Content == page.Content;
            return isStillSo ? other : null;
        }

        _unstable.Add(page.Content, item);
        Items[item].Node = new KsmRmapItem.UnstableNode { ParentColor = page.Content };
        Items[item].Address |= KsmRmapItem.UnstableFlag | (_sequence & KsmRmapItem.SequenceMask);
        return null;
    }

    // remove_rmap_item_from_tree.
    private void RemoveFromTree(long item)
    {
        if (Items[item].IsStable)
        {
            StableNode node = _stable[Items[item].Head];
            if (node.IsStale)
            {
                RemoveNode(node);
                return;
            }

            node.Remove(Items, item);
            Leave(item, node.Length > 0);
        }
        else if (Items[item].IsUnstable)
        {
            // The tree of an earlier scan is gone already.
            if (((_sequence - Items[item].Address) & KsmRmapItem.SequenceMask) == 0)
            {
                _unstable.Remove((int)Items[item].Node.ParentColor);
            }

            Items[item].ClearFlags();
        }
    }

    // remove_node_from_stable_tree: the page was freed.
    private void RemoveNode(StableNode node)
    {
        while (node.FirstItem is not 0 and var item)
        {
            node.Remove(Items, item);
            Leave(item, node.Length > 0);
        }

        _stable.Remove(node);
    }

    private void Leave(long item, bool leavesOthers)
    {
        Items[item].AnonVma = 0;
        Items[item].ClearFlags();
        Items.ForgetLinearPageIndex(item);
        if (leavesOthers)
        {
            PagesSharing--;
        }
        else
        {
            PagesShared--;
        }
    }

    // Never 0, which is what a new item has.
    private static uint Checksum(int content) => (uint)content | 0x8000_0000;
}
