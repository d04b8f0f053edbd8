using System.Numerics;
using System.Runtime.CompilerServices;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>
/// The starts that wait for their ends: found by (thread, folio, rwc), or by thread alone, the latest first, and given up from the
/// oldest on. Hash chains over one array of nodes: nothing is allocated per event, and every operation takes the same time however many are open.
/// </summary>
internal sealed class OpenStarts
{
    private const int None = -1;

    // How many starts of one thread are looked through for one of the right function; a kernel stack has room for no more.
    private const int MaximumDepth = 64;

    // Tells threads without a number from idle ones; no thread's number is so high (PID_MAX_LIMIT).
    private const int Nameless = 1 << 30;

    private readonly int _capacity;
    private Node[] _nodes = new Node[64];
    private int[] _byAddresses = NewHeads(128);
    private int[] _byThread = NewHeads(128);
    private int _free = None;
    private int _used;
    private int _oldest = None;
    private int _latest = None;

    /// <param name="capacity">The most that are open at once.</param>
    public OpenStarts(int capacity) => _capacity = capacity;

    public int Count { get; private set; }

    /// <summary>The oldest open start, or -1.</summary>
    public int Oldest => _oldest;

    public ref TraceRecord Record(int index) => ref _nodes[index].Record;

    public long Position(int index) => _nodes[index].Position;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(in TraceRecord start, long position)
    {
        int index = Take();
        ref Node node = ref _nodes[index];
        node.Record = start;
        node.Position = position;

        node.Age = new Link { Before = _latest, After = None };
        if (_latest >= 0)
        {
            _nodes[_latest].Age.After = index;
        }
        else
        {
            _oldest = index;
        }

        _latest = index;
        node.InAddresses = start.HasAddresses;
        if (start.HasAddresses)
        {
            ref int head = ref _byAddresses[AddressesBucket(start)];
            node.Addresses = new Link { Before = None, After = head };
            if (head >= 0)
            {
                _nodes[head].Addresses.Before = index;
            }

            head = index;
        }

        // Only a probe's event can have an end without addresses; the native tracepoints never do.
        node.InThread = !start.HasAddresses || start.Function != 0;
        if (node.InThread)
        {
            ref int head = ref _byThread[ThreadBucket(start)];
            node.Thread = new Link { Before = None, After = head };
            if (head >= 0)
            {
                _nodes[head].Thread.Before = index;
            }

            head = index;
        }

        Count++;
        return index;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int FindByAddresses(in TraceRecord end)
    {
        int index = _byAddresses[AddressesBucket(end)];
        while (index >= 0)
        {
            ref Node node = ref _nodes[index];
            if (IsSame(node.Record, end))
            {
                return index;
            }

            index = node.Addresses.After;
        }

        return None;
    }

    public int FindByThread(in TraceRecord end)
    {
        int thread = ThreadKey(end);
        int index = _byThread[ThreadBucket(end)];
        for (int depth = 0; index >= 0 && depth < MaximumDepth;)
        {
            ref Node node = ref _nodes[index];
            if (ThreadKey(node.Record) == thread && node.Record.Stream == end.Stream)
            {
                if (node.Record.Function == end.Function || node.Record.Function == 0 || end.Function == 0)
                {
                    return index;
                }

                depth++;
            }

            index = node.Thread.After;
        }

        return None;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Remove(int index)
    {
        ref Node node = ref _nodes[index];
        if (node.Age.Before >= 0)
        {
            _nodes[node.Age.Before].Age.After = node.Age.After;
        }
        else
        {
            _oldest = node.Age.After;
        }

        if (node.Age.After >= 0)
        {
            _nodes[node.Age.After].Age.Before = node.Age.Before;
        }
        else
        {
            _latest = node.Age.Before;
        }

        if (node.InAddresses)
        {
            if (node.Addresses.Before >= 0)
            {
                _nodes[node.Addresses.Before].Addresses.After = node.Addresses.After;
            }
            else
            {
                _byAddresses[AddressesBucket(node.Record)] = node.Addresses.After;
            }

            if (node.Addresses.After >= 0)
            {
                _nodes[node.Addresses.After].Addresses.Before = node.Addresses.Before;
            }
        }

        if (node.InThread)
        {
            if (node.Thread.Before >= 0)
            {
                _nodes[node.Thread.Before].Thread.After = node.Thread.After;
            }
            else
            {
                _byThread[ThreadBucket(node.Record)] = node.Thread.After;
            }

            if (node.Thread.After >= 0)
            {
                _nodes[node.Thread.After].Thread.Before = node.Thread.Before;
            }
        }

        node.Age.After = _free;
        _free = index;
        Count--;
    }

    /// <summary>Whether an end is that of a start, by all that <see cref="FindByAddresses"/> looks at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSameWalk(in TraceRecord start, in TraceRecord end) => start.HasAddresses && end.HasAddresses && IsSame(start, end);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSame(in TraceRecord start, in TraceRecord end) =>
        start.Folio == end.Folio && start.Rwc == end.Rwc && ThreadKey(start) == ThreadKey(end) && start.Stream == end.Stream;

    // Every CPU's idle thread is thread 0, and perf has -1 for all threads that it no longer knows, so there the CPU is part of the identity.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ThreadKey(in TraceRecord record) => record.ThreadId > 0 ? record.ThreadId : ~record.Cpu ^ (record.ThreadId & Nameless);

    private static int[] NewHeads(int length)
    {
        int[] heads = new int[length];
        heads.AsSpan().Fill(None);
        return heads;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AddressesBucket(in TraceRecord record)
    {
        ulong hash = (record.Folio ^ BitOperations.RotateLeft(record.Rwc, 29) ^ (uint)ThreadKey(record)) * 0x9E37_79B9_7F4A_7C15;
        return (int)(hash >> 40) & (_byAddresses.Length - 1);
    }

    private int ThreadBucket(in TraceRecord record) =>
        (int)(((ulong)(uint)ThreadKey(record) * 0x9E37_79B9_7F4A_7C15) >> 40) & (_byThread.Length - 1);

    private int Take()
    {
        if (_free >= 0)
        {
            int index = _free;
            _free = _nodes[index].Age.After;
            return index;
        }

        if (_used == _nodes.Length)
        {
            Grow();
        }

        return _used++;
    }

    private void Grow()
    {
        Array.Resize(ref _nodes, Math.Min(_nodes.Length * 2, _capacity));
        _byAddresses = NewHeads(_nodes.Length * 2);
        _byThread = NewHeads(_nodes.Length * 2);

        // From the oldest on, each to the head: the latest of a chain is found first, as before.
        int index = _oldest;
        Count = 0;
        _oldest = _latest = None;
        while (index >= 0)
        {
            int next = _nodes[index].Age.After;
            _free = index;
            _nodes[index].Age.After = None;
            TraceRecord record = _nodes[index].Record;
            Add(record, _nodes[index].Position);
            index = next;
        }
    }

    private struct Link
    {
        public int Before;
        public int After;
    }

    private struct Node
    {
        public TraceRecord Record;
        public long Position;
        public Link Age;
        public Link Addresses;
        public Link Thread;
        public bool InAddresses;
        public bool InThread;
    }
}
