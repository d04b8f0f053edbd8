namespace KsmTools.Model;

/// <content>Keeping the tree balanced and the largest ends right (lib/rbtree.c, include/linux/rbtree_augmented.h).</content>
internal sealed partial class IntervalTree<T>
{
    private void BalanceInserted(int node)
    {
        Node[] nodes = _nodes;
        while (nodes[nodes[node].Parent].Red)
        {
            int parent = nodes[node].Parent;
            int grandparent = nodes[parent].Parent;
            bool isLeft = nodes[grandparent].Left == parent;
            int uncle = isLeft ? nodes[grandparent].Right : nodes[grandparent].Left;
            if (nodes[uncle].Red)
            {
                nodes[parent].Red = false;
                nodes[uncle].Red = false;
                nodes[grandparent].Red = true;
                node = grandparent;
                continue;
            }

            if (node == (isLeft ? nodes[parent].Right : nodes[parent].Left))
            {
                Rotate(parent, toLeft: isLeft);
                (node, parent) = (parent, node);
            }

            nodes[parent].Red = false;
            nodes[grandparent].Red = true;
            Rotate(grandparent, toLeft: !isLeft);
        }

        nodes[_root].Red = false;
    }

    private void Unlink(int node)
    {
        Node[] nodes = _nodes;
        int moved = node;
        bool wasRed = nodes[moved].Red;
        int filler;
        int above;
        if (nodes[node].Left == None || nodes[node].Right == None)
        {
            filler = nodes[node].Left == None ? nodes[node].Right : nodes[node].Left;
            above = nodes[node].Parent;
            Replace(node, filler);
        }
        else
        {
            moved = Leftmost(nodes[node].Right);
            wasRed = nodes[moved].Red;
            filler = nodes[moved].Right;
            above = nodes[moved].Parent == node ? moved : nodes[moved].Parent;
            if (above != moved)
            {
                Replace(moved, filler);
                nodes[moved].Right = nodes[node].Right;
                nodes[nodes[moved].Right].Parent = moved;
            }

            Replace(node, moved);
            nodes[moved].Left = nodes[node].Left;
            nodes[nodes[moved].Left].Parent = moved;
            nodes[moved].Red = nodes[node].Red;
        }

        UpdateUpwards(above);
        if (!wasRed)
        {
            BalanceRemoved(filler, above);
        }
    }

    // The paths through the filler have one black node too few.
    private void BalanceRemoved(int node, int parent)
    {
        Node[] nodes = _nodes;
        while (node != _root && !nodes[node].Red)
        {
            bool isLeft = nodes[parent].Left == node;
            int sibling = isLeft ? nodes[parent].Right : nodes[parent].Left;
            if (nodes[sibling].Red)
            {
                nodes[sibling].Red = false;
                nodes[parent].Red = true;
                Rotate(parent, toLeft: isLeft);
                sibling = isLeft ? nodes[parent].Right : nodes[parent].Left;
            }

            int near = isLeft ? nodes[sibling].Left : nodes[sibling].Right;
            int far = isLeft ? nodes[sibling].Right : nodes[sibling].Left;
            if (!nodes[near].Red && !nodes[far].Red)
            {
                nodes[sibling].Red = true;
                node = parent;
                parent = nodes[node].Parent;
                continue;
            }

            if (!nodes[far].Red)
            {
                nodes[near].Red = false;
                nodes[sibling].Red = true;
                Rotate(sibling, toLeft: !isLeft);
                far = sibling;
                sibling = near;
            }

            nodes[sibling].Red = nodes[parent].Red;
            nodes[parent].Red = false;
            nodes[far].Red = false;
            Rotate(parent, toLeft: isLeft);
            node = _root;
        }

        if (node != None)
        {
            nodes[node].Red = false;
        }
    }

    private void Rotate(int node, bool toLeft)
    {
        Node[] nodes = _nodes;
        int child;
        int between;
        if (toLeft)
        {
            child = nodes[node].Right;
            between = nodes[child].Left;
            nodes[node].Right = between;
            nodes[child].Left = node;
        }
        else
        {
            child = nodes[node].Left;
            between = nodes[child].Right;
            nodes[node].Left = between;
            nodes[child].Right = node;
        }

        if (between != None)
        {
            nodes[between].Parent = node;
        }

        int parent = nodes[node].Parent;
        nodes[child].Parent = parent;
        nodes[node].Parent = child;
        Relink(parent, node, child);
        nodes[child].SubtreeLast = nodes[node].SubtreeLast;
        Update(node);
    }

    private void Replace(int node, int other)
    {
        int parent = _nodes[node].Parent;
        Relink(parent, node, other);
        if (other != None)
        {
            _nodes[other].Parent = parent;
        }
    }

    private void Relink(int parent, int from, int to)
    {
        if (parent == None)
        {
            _root = to;
        }
        else if (_nodes[parent].Left == from)
        {
            _nodes[parent].Left = to;
        }
        else
        {
            _nodes[parent].Right = to;
        }
    }

    private void Update(int node)
    {
        ref Node at = ref _nodes[node];
        ulong last = at.Last;
        last = at.Left == None ? last : Math.Max(last, _nodes[at.Left].SubtreeLast);
        at.SubtreeLast = at.Right == None ? last : Math.Max(last, _nodes[at.Right].SubtreeLast);
    }

    private void UpdateUpwards(int node)
    {
        for (; node != None; node = _nodes[node].Parent)
        {
            Update(node);
        }
    }

    private int Leftmost(int node)
    {
        while (_nodes[node].Left != None)
        {
            node = _nodes[node].Left;
        }

        return node;
    }

    private int Successor(int node)
    {
        if (_nodes[node].Right != None)
        {
            return Leftmost(_nodes[node].Right);
        }

        int parent = _nodes[node].Parent;
        while (parent != None && _nodes[parent].Right == node)
        {
            node = parent;
            parent = _nodes[node].Parent;
        }

        return parent;
    }
}
