namespace KsmTools.Records;

/// <summary>Asks records of one reader whether a filter lets them through. It is of one thread.</summary>
internal sealed class RecordTest
{
    // Names whose answers are remembered: more than a trace mostly has.
    private const int MaximumNames = 4096;

    private readonly SymbolTable _symbols;
    private readonly int[] _threads;
    private readonly int[] _cpus;
    private readonly Func<string, bool>? _command;
    private readonly Dictionary<CommandName, bool> _commands = [];
    private readonly long _after;
    private readonly long _before;
    private readonly long _minimumDuration;
    private (CommandName Name, bool IsWanted) _last;

    /// <param name="filter">The filter.</param>
    /// <param name="symbols">The reader's table.</param>
    public RecordTest(RecordFilter filter, SymbolTable symbols)
    {
        _symbols = symbols;
        _threads = [.. filter.ThreadIds];
        _cpus = [.. filter.Cpus];
        _command = filter.Command;
        _after = filter.After ?? long.MinValue;
        _before = filter.Before ?? long.MaxValue;
        _minimumDuration = filter.MinimumDuration ?? long.MinValue;
        _last = (default, _command?.Invoke(string.Empty) ?? true);
    }

    /// <summary>Whether a thread is wanted.</summary>
    public bool HasThread(int thread) => _threads.Length == 0 || (_threads.Length == 1 ? _threads[0] == thread : _threads.AsSpan().Contains(thread));

    /// <summary>Whether an event is wanted, or a walk as far as its start tells.</summary>
    public bool Has(in TraceRecord record) =>
        record.Timestamp >= _after && (record.Timestamp < _before || _before == long.MaxValue) && HasThread(record.ThreadId)
        && (_cpus.Length == 0 || _cpus.AsSpan().Contains(record.Cpu)) && (_command is null || HasCommand(record.Command));

    /// <summary>Whether a walk is wanted.</summary>
    public bool Has(in TraceRecord start, in TraceRecord end) => end.Timestamp - start.Timestamp >= _minimumDuration && Has(start);

    private bool HasCommand(CommandName name)
    {
        if (_last.Name != name)
        {
            if (!_commands.TryGetValue(name, out bool isWanted))
            {
                isWanted = _command!(name.ToString(_symbols));
                if (_commands.Count < MaximumNames)
                {
                    _commands.Add(name, isWanted);
                }
            }

            _last = (name, isWanted);
        }

        return _last.IsWanted;
    }
}
