namespace KsmTools.Model;

/// <content>Finding what overlaps: the way down passes over every subtree whose largest end lies before the range.</content>
internal sealed partial class IntervalTree<T>
{
    // The root knows the largest end of all and the leftmost node the smallest start: a range outside costs nothing.
    private int First(ulong start, ulong last) =>
        _root == None || _nodes[_root].SubtreeLast < start || _nodes[_leftmost].Start > last ? None : SearchBelow(_root, start, last);

    // Some node below has an end in or behind the range. The leftmost such node is the answer, or there is none: what stands right of it starts later still.
    private int SearchBelow(int node, ulong start, ulong last)
    {
        Node[] nodes = _nodes;
        while (true)
        {
            ref Node at = ref nodes[node];
            if (at.Left != None && nodes[at.Left].SubtreeLast >= start)
            {
                node = at.Left;
            }
            else if (at.Start > last)
            {
                return None;
            }
            else if (at.Last >= start)
            {
                return node;
            }
            else if (at.Right != None && nodes[at.Right].SubtreeLast >= start)
            {
                node = at.Right;
            }
            else
            {
                return None;
            }
        }
    }

    private int Next(int node, ulong start, ulong last)
    {
        Node[] nodes = _nodes;
        while (true)
        {
            int right = nodes[node].Right;
            if (right != None && nodes[right].SubtreeLast >= start)
            {
                return SearchBelow(right, start, last);
            }

            int below;
            do
            {
                below = node;
                node = nodes[node].Parent;
                if (node == None)
                {
                    return None;
                }
            }
            while (nodes[node].Right == below);

            if (nodes[node].Start > last)
            {
                return None;
            }

            if (nodes[node].Last >= start)
            {
                return node;
            }
        }
    }

    /// <summary>Goes through the intervals that overlap a range. The tree must not change meanwhile.</summary>
    public struct Overlaps
    {
        private readonly IntervalTree<T> _tree;
        private readonly ulong _start;
        private readonly ulong _last;
        private int _node;
        private bool _began;

        internal Overlaps(IntervalTree<T> tree, ulong start, ulong last)
        {
            _tree = tree;
            _start = start;
            _last = last;
        }

        /// <summary>What the interval belongs to.</summary>
        public readonly T Current => _tree._values[_node]!;

        /// <summary>For foreach.</summary>
        public readonly Overlaps GetEnumerator() => this;

        /// <summary>Goes on to the next interval.</summary>
        public bool MoveNext()
        {
            _node = !_began ? _tree.First(_start, _last) : _node == None ? None : _tree.Next(_node, _start, _last);
            _began = true;
            return _node != None;
        }
    }
}
