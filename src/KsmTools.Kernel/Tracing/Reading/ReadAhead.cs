using System.Runtime.ExceptionServices;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>Gets records on a thread of its own, a few batches ahead of who takes them.</summary>
internal sealed class ReadAhead : IDisposable
{
    private const int Batches = 4;

    private readonly IRecordBatches _source;
    private readonly Batch[] _batches = new Batch[Batches];
    private readonly SemaphoreSlim _ready = new(0);

    private readonly SemaphoreSlim _free = new(Batches);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly bool _mayWait;
    private long _taken;
    private bool _isGiven;

    /// <summary>Begins to read.</summary>
    /// <param name="source">Where records come from; nobody else may use it from now on.</param>
    /// <param name="batchSize">Records of a batch.</param>
    /// <param name="mayWait">Whether a read may wait for somebody else, as of a pipe.</param>
    public ReadAhead(IRecordBatches source, int batchSize, bool mayWait = false)
    {
        _mayWait = mayWait;
        _source = source;
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
    public ReadOnlySpan<TraceRecord> Next(out bool isLast, CancellationToken cancellationToken)
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

    /// <summary>Whether nothing is read any more; known once it is disposed of.</summary>
    public bool HasEnded { get; private set; }

    public void Dispose()
    {
        // Reads of an ordinary file end by themselves; one that waits for a pipe is left behind, and ends with the process.
        _stop.Cancel();
        HasEnded = _thread.Join(_mayWait ? 50 : Timeout.Infinite);
        if (!HasEnded)
        {
            return;
        }

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
                    batch.Count = _source.Fill(batch.Records, out bool isLast, _stop.Token);
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
        public TraceRecord[] Records { get; } = new TraceRecord[size];

        public int Count { get; set; }

        public bool IsLast { get; set; }

        public Exception? Failure { get; set; }
    }
}
