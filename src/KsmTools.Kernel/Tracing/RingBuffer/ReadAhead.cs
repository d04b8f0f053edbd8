using System.Runtime.ExceptionServices;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Merges records on a thread of its own, a few batches ahead of who takes them.</summary>
internal sealed class ReadAhead : IDisposable
{
    private const int Batches = 4;

    private readonly StreamMerger _merger;
    private readonly Batch[] _batches = new Batch[Batches];
    private readonly SemaphoreSlim _ready = new(0);

    private readonly SemaphoreSlim _free = new(Batches);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private long _taken;
    private bool _isGiven;

    /// <summary>Begins to read.</summary>
    /// <param name="merger">Where records come from; nobody else may use it from now on.</param>
    /// <param name="batchSize">Records of a batch.</param>
    public ReadAhead(StreamMerger merger, int batchSize)
    {
        _merger = merger;
        for (int i = 0; i < Batches; i++)
        {
            _batches[i] = new Batch(batchSize);
        }

        _thread = new Thread(Work) { IsBackground = true, Name = "KsmTools trace reader" };
        _thread.Start();
    }

    /// <summary>The next batch; valid until the next call. It must not be called again after the last.</summary>
    /// <param name="isLast">Whether it is the last.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ReadOnlySpan<RmapRecord> Next(out bool isLast, CancellationToken cancellationToken)
    {
        // The batch that was given last may be filled again, but only once.
        if (_isGiven)
        {
            _isGiven = false;
            _free.Release();
        }

        _ready.Wait(cancellationToken);
        _isGiven = true;
        Batch batch = _batches[_taken++ % Batches];
        if (batch.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(batch.Failure);
        }

        isLast = batch.IsLast;
        return batch.Records.AsSpan(0, batch.Count);
    }

    public void Dispose()
    {
        // Reads of an ordinary file end by themselves.
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
        _ready.Dispose();
        _free.Dispose();
    }

    private void Work()
    {
        try
        {
            for (long number = 0; ; number++)
            {
                _free.Wait(_stop.Token);
                Batch batch = _batches[number % Batches];
                try
                {
                    batch.Count = _merger.Merge(batch.Records, out bool isLast, _stop.Token);
                    batch.IsLast = isLast;
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    batch.Failure = exception;
                }

                _ready.Release();
                if (batch.IsLast || batch.Failure is not null)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The reader is being disposed of.
        }
    }

    private sealed class Batch(int size)
    {
        public RmapRecord[] Records { get; } = new RmapRecord[size];

        public int Count { get; set; }

        public bool IsLast { get; set; }

        public Exception? Failure { get; set; }
    }
}
