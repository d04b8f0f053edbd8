using KsmTools.Files;

namespace KsmTools.Potential;

/// <summary>Batches of pages in a ring: while one is filled, other threads read those before it.</summary>
internal sealed class PageBatches : IDisposable
{
    private const int Most = 5;

    private readonly PageBuffers _buffers;
    private readonly PageBatch[] _ring;
    private int _filling;

    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="readOwn">How memory of processes is read that nobody else maps.</param>
    public PageBatches(int pageSize, OwnMemoryReader readOwn)
    {
        _buffers = new PageBuffers(pageSize);
        var hash = new PageHash(pageSize);
        _ring = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount + 1, Most)).Select(_ => new PageBatch(_buffers, hash, readOwn))];
    }

    /// <summary>How many there are.</summary>
    public int Count => _ring.Length;

    /// <summary>The one that takes pages. What was read into it before is to be taken first.</summary>
    public PageBatch Filling => _ring[_filling];

    /// <summary>Begins to read the pages of <see cref="Filling"/>, and moves on.</summary>
    /// <param name="thread">A thread that has the memory.</param>
    /// <param name="memory">The memory, open until the batch is finished.</param>
    public void Start(int thread, KernelFile memory)
    {
        Filling.Start(thread, memory);
        MoveOn();
    }

    /// <summary>Goes to the next one, which was started the longest ago.</summary>
    public void MoveOn() => _filling = (_filling + 1) % _ring.Length;

    /// <summary>Waits until none is read any more.</summary>
    public void Finish() => Array.ForEach(_ring, batch => batch.Finish());

    /// <summary>Empties all of them.</summary>
    public void Clear() => Array.ForEach(_ring, batch => batch.Clear());

    public void Dispose() => _buffers.Dispose();
}
