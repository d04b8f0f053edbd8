namespace KsmTools.Tracing.PerfData;

/// <summary>
/// The parts of a recording that several threads wrote, each to a file of its own (<c>perf record --threads</c>). The one that is furthest behind is read, and what all are
/// beyond is ready, so that no more waits than a few rounds of each, whatever is in them.
/// </summary>
/// <param name="first">What comes before any part.</param>
/// <param name="sources">The parts.</param>
internal sealed class PerfParts(PerfSource first, IReadOnlyList<PerfSource> sources) : IDisposable
{
    private const int LeastAtOnce = 1024;

    private readonly PriorityQueue<PerfPart, long> _waiting = new();
    private PerfPart? _current;
    private bool _hasBegun;
    private int _enough = LeastAtOnce;

    /// <summary>Bytes that were read.</summary>
    public long BytesRead => first.BytesRead + sources.Sum(source => source.BytesRead);

    /// <summary>Takes note of an entry that came into the queue.</summary>
    /// <returns>Where to go on.</returns>
    public PerfSource Advance(PerfQueue queue)
    {
        if (_current is null)
        {
            return first;
        }

        (long time, int cpu) = queue.Newest;
        if (_current.Add(time, cpu))
        {
            _current = _waiting.EnqueueDequeue(_current, _current.Until);

            // Each time costs a look at all that waits.
            if (queue.Waiting >= _enough)
            {
                queue.EndUntil(_current.Until);
                _enough = Math.Max(LeastAtOnce, 2 * queue.Waiting);
            }
        }

        return _current.Source;
    }

    /// <summary>Goes on where a source has ended.</summary>
    /// <returns>Null where all have ended.</returns>
    public PerfSource? End(PerfDecoder decoder)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            foreach (PerfSource source in sources)
            {
                _waiting.Enqueue(new PerfPart(source, isOfOneCpu: decoder.CpuCount == sources.Count), long.MinValue);
            }
        }

        return _waiting.TryDequeue(out _current, out _) ? _current.Source : null;
    }

    public void Dispose()
    {
        foreach (PerfSource source in sources)
        {
            source.Dispose();
        }
    }
}
