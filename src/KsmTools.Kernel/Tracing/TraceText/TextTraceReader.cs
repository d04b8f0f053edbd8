using System.Runtime.ExceptionServices;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// Reads a text trace. The file is cut into blocks of whole lines; blocks are read into records by this thread and by helpers, and
/// given out in the trace's order. Memory is a few blocks, however long the trace is.
/// </summary>
internal sealed class TextTraceReader : IFormatReader
{
    /// <summary>Text and records of a block stay in a core's own cache, and threads seldom wait for one another.</summary>
    private const int DefaultBlockSize = 512 * 1024;

    // Parsing scales to a few cores; then reading the file is what takes the time.
    private const int MaximumHelpers = 3;

    // More CPUs than any machine has, whatever a text says.
    private const int MaximumCpus = 65_536;

    private readonly TraceFile _file;
    private readonly WantedEvents _wanted;
    private readonly LineBlocks _blocks;
    private readonly Lock _reading = new();
    private readonly object _gate = new();
    private readonly TextBlock[] _ring;
    private readonly long[] _readySequence;
    private readonly TextLayout _layout;
    private readonly BlockParser _parser;
    private readonly int _helperCount;
    private readonly List<Thread> _helpers = [];

    // Guarded by _reading: the next block to be cut, and whether there are none left.
    private long _cut;
    private bool _allCut;

    // Guarded by _gate: the block that is given out, and the number of blocks once it is known.
    private long _given = -1;
    private long _blockCount = long.MaxValue;
    private bool _stopped;

    // Of each CPU, whether its last event so far is a wanted one.
    private readonly Dictionary<int, bool> _ownsNext = [];

    private long _lines;
    private TimeOrder _order;
    private bool _hasEvents;
    private bool _hasRecords;
    private bool _hasHeader;
    private bool _ended;

    /// <summary>Reads a text trace.</summary>
    /// <param name="file">The file; the reader takes it over.</param>
    /// <param name="wanted">The wanted events.</param>
    /// <param name="format">Whose text it is, or Auto.</param>
    /// <param name="symbols">The table that records use.</param>
    public TextTraceReader(TraceFile file, WantedEvents wanted, TraceFormat format, SymbolTable symbols)
        : this(file, wanted, format, symbols, DefaultBlockSize, DefaultBlockSize, Math.Min(Environment.ProcessorCount - 1, MaximumHelpers))
    {
    }

    /// <summary>For tests: any size of block and of read, any number of helpers.</summary>
    internal TextTraceReader(TraceFile file, WantedEvents wanted, TraceFormat format, SymbolTable symbols, int blockSize, int readSize, int helpers)
    {
        FileMagic.Refuse(file.Path, file.Head);
        _file = file;
        _wanted = wanted;
        _layout = new TextLayout(format);
        Symbols = symbols;
        _blocks = new LineBlocks(file, blockSize, readSize, wanted.HasStacks);

        // A read of a pipe may wait for long, and must not be waited for by who wants to stop: a helper does it.
        _helperCount = file.IsSeekable ? helpers : 1;
        _ring = [.. Enumerable.Range(0, (_helperCount * 2) + 2).Select(_ => new TextBlock())];
        _readySequence = new long[_ring.Length];
        _readySequence.AsSpan().Fill(-1);
        _parser = new BlockParser(wanted, Symbols, _layout);
    }

    public string Path => _file.Path;

    public TraceFormat Format => _layout.IsPerfScript ? TraceFormat.PerfScript : TraceFormat.Text;

    public string? Kernel => null;

    public string? Machine => null;

    public SymbolTable Symbols { get; }

    public uint Kinds { get; private set; }

    public long OtherEvents { get; private set; }

    public long Position => _file.Position;

    public long? Length => _file.Length;

    public long UnreadableEvents { get; private set; }

    public string? FirstUnreadableEvent { get; private set; }

    public KsmToolsException? Failure { get; private set; }

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        records = default;
        if (_ended)
        {
            return false;
        }

        TextBlock? block = NextBlock(cancellationToken);
        if (block is null)
        {
            _ended = true;
            if (!_hasEvents && !_hasHeader)
            {
                throw TextTraceFailure.Nothing(Path);
            }

            Failure ??= _file.Failure;
            return false;
        }

        if (block.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(block.Failure);
        }

        // A header alone is the trace of an idle machine; but lines below it must be events.
        _hasHeader |= block.HasHeader;
        _hasEvents |= block.EventLines > 0;
        if (!_hasEvents && (block.Unknown.Count > 0 || block.TooLong.Count > 0))
        {
            throw TextTraceFailure.NotRecognised(Path, block.TooLong.Count > 0 ? block.TooLong.First : block.Unknown.First, _layout.Named);
        }

        if (_wanted.HasStacks)
        {
            Resolve(block);
        }

        if (_layout.IsPerfScript && _order.IsOfDifferences(block.Records, _layout.MayBeginAtZero))
        {
            throw TextTraceFailure.Differences(Path);
        }

        Kinds |= block.Kinds;
        OtherEvents += block.OtherEvents;
        Note(block.TooLong);
        _lines += block.TooLong.Count;
        Note(block.Unreadable);
        _lines += block.Lines;

        // Data that stops in the middle of a compressed file has its own reason.
        if (block.IsCut)
        {
            Failure = _file.Failure ?? TextTraceFailure.Truncated(Path);
        }

        records = block.Records;
        while (!_hasRecords && records is [{ IsNewTrace: true }, ..])
        {
            // The file's first trace.
            records = records[1..];
        }

        _hasRecords |= !records.IsEmpty;
        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        // A helper ends with the block it is at; only one that waits for a pipe is left behind, and ends with the process.
        bool allEnded = true;
        foreach (Thread helper in _helpers)
        {
            allEnded &= helper.Join(_file.IsSeekable ? Timeout.Infinite : 50);
        }

        if (allEnded)
        {
            _file.Dispose();
        }
    }

    private void Note(LineSample unread)
    {
        if (unread.Count > 0)
        {
            UnreadableEvents += unread.Count;
            FirstUnreadableEvent ??= Text.Format(Messages.LineOfTrace, _lines + unread.LinesBefore + 1, TerminalText.Quote(unread.First));
        }
    }

    // Blocks are read side by side, and the event of a block's first chains may be in the block before.
    private void Resolve(TextBlock block)
    {
        for (int i = block.UnsureStacks.Count - 1; i >= 0; i--)
        {
            int index = block.UnsureStacks[i];
            if (!_ownsNext.GetValueOrDefault(block.Records[index].Cpu))
            {
                block.Remove(index);
            }
        }

        foreach ((int cpu, bool owns) in block.OwnsNext)
        {
            if (_ownsNext.Count < MaximumCpus || _ownsNext.ContainsKey(cpu))
            {
                _ownsNext[cpu] = owns;
            }
        }
    }

    private TextBlock? NextBlock(CancellationToken cancellationToken)
    {
        long wanted;
        lock (_gate)
        {
            wanted = ++_given;
            Monitor.PulseAll(_gate);
        }

        // The first block alone tells whether this is a trace at all; small ones never need a second thread.
        if (_helpers.Count < _helperCount && (wanted > 0 || !_file.IsSeekable))
        {
            StartHelpers();
        }

        using CancellationTokenRegistration registration = cancellationToken.CanBeCanceled && _helperCount > 0
            ? cancellationToken.UnsafeRegister(static state => WakeUp((TextTraceReader)state!), this)
            : default;
        while (true)
        {
            lock (_gate)
            {
                while (true)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (_readySequence[wanted % _ring.Length] == wanted)
                    {
                        return _ring[wanted % _ring.Length];
                    }

                    if (wanted >= _blockCount)
                    {
                        return null;
                    }

                    if (_file.IsSeekable && HasRoom())
                    {
                        break;
                    }

                    Monitor.Wait(_gate);
                }
            }

            ReadOne(_parser);
        }
    }

    // Whether a block is free to be filled. Called with _gate held; _cut may be a little old, which ReadOne checks.
    private bool HasRoom() => Volatile.Read(ref _cut) - Math.Max(_given, 0) < _ring.Length && !Volatile.Read(ref _allCut);

    private void StartHelpers()
    {
        while (_helpers.Count < _helperCount)
        {
            var helper = new Thread(Help) { IsBackground = true, Name = "KsmTools trace reader" };
            _helpers.Add(helper);
            helper.Start();
        }
    }

    private void Help()
    {
        var parser = new BlockParser(_wanted, Symbols, _layout);
        while (true)
        {
            lock (_gate)
            {
                while (!_stopped && !HasRoom() && !Volatile.Read(ref _allCut))
                {
                    Monitor.Wait(_gate);
                }

                if (_stopped || Volatile.Read(ref _allCut))
                {
                    return;
                }
            }

            ReadOne(parser);
        }
    }

    // Cuts the next block, if there is one and room for it, and reads its lines.
    private void ReadOne(BlockParser parser)
    {
        TextBlock block;
        long sequence;
        lock (_reading)
        {
            if (_allCut || _cut - Math.Max(Volatile.Read(ref _given), 0) >= _ring.Length)
            {
                return;
            }

            sequence = _cut;
            block = _ring[sequence % _ring.Length];
            bool filled;
            try
            {
                filled = _blocks.TryFill(block);
            }
            catch (Exception exception)
            {
                block.Failure = exception;
                filled = true;
                Volatile.Write(ref _allCut, true);
            }

            if (!filled)
            {
                Volatile.Write(ref _allCut, true);
                lock (_gate)
                {
                    _blockCount = sequence;
                    Monitor.PulseAll(_gate);
                }

                return;
            }

            Volatile.Write(ref _cut, sequence + 1);
        }

        try
        {
            if (block.Failure is null)
            {
                parser.Parse(block);
            }
        }
        catch (Exception exception)
        {
            block.Failure = exception;
        }

        lock (_gate)
        {
            _readySequence[sequence % _ring.Length] = sequence;
            Monitor.PulseAll(_gate);
        }
    }

    private static void WakeUp(TextTraceReader reader)
    {
        lock (reader._gate)
        {
            Monitor.PulseAll(reader._gate);
        }
    }
}
