namespace KsmTools.Model;

/// <summary>The stable tree: KSM pages by content. The kernel's is ordered by the bytes themselves; here equal content is all that matters.</summary>
internal sealed class StableTree
{
    private readonly Dictionary<int, List<StableNode>> _byContent = [];
    private readonly Dictionary<long, StableNode> _byId = [];
    private long _lastId;

    /// <summary>The nodes that there are.</summary>
    public IEnumerable<StableNode> Nodes => _byId.Values;

    /// <summary>Contents that take more than one node (<c>stable_node_chains</c>).</summary>
    public int Chains => _byContent.Values.Count(nodes => nodes.Count > 1);

    /// <summary>The nodes of these contents (<c>stable_node_dups</c>).</summary>
    public int Dups => _byContent.Values.Where(nodes => nodes.Count > 1).Sum(nodes => nodes.Count);

    /// <summary>The node of a number.</summary>
    public StableNode this[long id] => _byId[id];

    /// <summary>
    /// The node that takes one more page of a content: the fullest that has room (<c>stable_node_dup</c>). Null where there is none, and a new KSM page will be made.
    /// </summary>
    /// <param name="content">The content.</param>
    /// <param name="maxPageSharing">How many items a node takes.</param>
    /// <param name="remove">Removes a node whose page was freed.</param>
    public StableNode? Search(int content, int maxPageSharing, Action<StableNode> remove)
    {
        if (!_byContent.TryGetValue(content, out List<StableNode>? nodes))
        {
            return null;
        }

        foreach (StableNode stale in nodes.FindAll(node => node.IsStale))
        {
            remove(stale);
        }

        StableNode? best = null;
        foreach (StableNode node in nodes)
        {
            if (node.Length < maxPageSharing && node.Length > (best?.Length ?? -1))
            {
                best = node;
            }
        }

        return best;
    }

    /// <summary>Makes a node of a page.</summary>
    public StableNode Insert(ModelPage page)
    {
        var node = new StableNode(++_lastId, page);
        if (!_byContent.TryGetValue(page.Content, out List<StableNode>? nodes))
        {
            _byContent.Add(page.Content, nodes = []);
        }

        nodes.Add(node);
        _byId.Add(node.Id, node);
        page.StableNode = node;
        return node;
    }

    /// <summary>Takes a node away that has no items.</summary>
    public void Remove(StableNode node)
    {
        node.Page.StableNode = null;
        _byId.Remove(node.Id);
        List<StableNode> nodes = _byContent[node.Page.Content];
        nodes.Remove(node);
        if (nodes.Count == 0)
        {
            _byContent.Remove(node.Page.Content);
        }
    }
}
