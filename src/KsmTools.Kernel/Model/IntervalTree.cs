namespace KsmTools.Model;

/// <summary>
/// The kernel's augmented interval tree (include/linux/interval_tree_generic.h): a red-black tree ordered by the start of closed intervals, in which each node knows the
/// largest end below it, so that the k intervals that overlap a range are found in O(log n + k). Nodes are numbers into one array: an iteration from end to
/// end stays in the cache that a million small objects would overflow.
/// </summary>
/// <typeparam name="T">What an interval belongs to.</typeparam>
internal sealed partial class IntervalTree<T>
    where T : class
{
    /// <summary>No node. It is black, and never holds anything.</summary>
    private const int None = 0;

    private Node[] _nodes;
    private T?[] _values;
    private int _used = 1;
    private int _free;
    private int _root;
    private int _leftmost;

    /// <summary>An empty tree.</summary>
    /// <param name="capacity">How many intervals it has room for before it grows.</param>
    public IntervalTree(int capacity = 4)
    {
        _nodes = new Node[capacity + 1];
        _values = new T?[capacity + 1];
    }

    /// <summary>How many intervals there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many nodes lie between the root and the deepest leaf, both included.</summary>
    public int Height => HeightOf(_root);

    /// <summary>What the interval of a node belongs to.</summary>
    public T this[int node] => _values[node]!;

    /// <summary>Adds an interval; equal starts stay in the order in which they came.</summary>
    /// <param name="start">Its first value.</param>
    /// <param name="last">Its last value.</param>
    /// <param name="value">What it belongs to.</param>
    /// <returns>The node, which stays the same until it is removed.</returns>
    public int Insert(ulong start, ulong last, T value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, start);
        int added = Take();
        Node[] nodes = _nodes;
        int parent = None;
        bool isLeft = false;
        bool isLeftmost = true;
        for (int at = _root; at != None; at = isLeft ? nodes[at].Left : nodes[at].Right)
        {
            parent = at;
            nodes[at].SubtreeLast = Math.Max(nodes[at].SubtreeLast, last);
            isLeft = start < nodes[at].Start;
            isLeftmost &= isLeft;
        }

        nodes[added] = new Node { Start = start, Last = last, SubtreeLast = last, Parent = parent, Red = true };
        _values[added] = value;
        if (parent == None)
        {
            _root = added;
        }
        else if (isLeft)
        {
            nodes[parent].Left = added;
        }
        else
        {
            nodes[parent].Right = added;
        }

        _leftmost = isLeftmost ? added : _leftmost;
        BalanceInserted(added);
        Count++;
        return added;
    }

    /// <summary>Takes an interval away.</summary>
    /// <param name="node">What <see cref="Insert"/> gave.</param>
    public void Remove(int node)
    {
        if (node == _leftmost)
        {
            _leftmost = Successor(node);
        }

        Unlink(node);
        _values[node] = null;
        _nodes[node] = new Node { Parent = _free };
        _free = node;
        Count--;
    }

    /// <summary>Moves the end of an interval; its start, which orders the tree, stays.</summary>
    /// <param name="node">What <see cref="Insert"/> gave.</param>
    /// <param name="last">Its new last value.</param>
    public void SetLast(int node, ulong last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, _nodes[node].Start);
        _nodes[node].Last = last;
        UpdateUpwards(node);
    }

    /// <summary>The intervals that have a value in a range, in the order of their starts.</summary>
    /// <param name="start">The first value of the range.</param>
    /// <param name="last">The last value of the range.</param>
    public Overlaps Overlapping(ulong start, ulong last) => new(this, start, last);

    private int Take()
    {
        if (_free != None)
        {
            int node = _free;
            _free = _nodes[node].Parent;
            return node;
        }

        if (_used == _nodes.Length)
        {
            Array.Resize(ref _nodes, _used * 2);
            Array.Resize(ref _values, _used * 2);
        }

        return _used++;
    }

    private int HeightOf(int node) => node == None ? 0 : 1 + Math.Max(HeightOf(_nodes[node].Left), HeightOf(_nodes[node].Right));

    private struct Node
    {
        public ulong Start;
        public ulong Last;
        public ulong SubtreeLast;
        public int Left;
        public int Right;
        public int Parent;
        public bool Red;
    }
}
