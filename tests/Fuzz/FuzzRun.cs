using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;

namespace KsmTools.Fuzz;

/// <summary>Feeds one decoder with damaged seeds. Inputs depend on the seeds and the number alone, so a run can be repeated.</summary>
internal sealed class FuzzRun : IDisposable
{
    private const int LongestInput = 16 << 10;

    // Inputs that showed something new are seeds too, as long as there is room.
    private const int MostSeeds = 2048;

    // No decoder may need more for an input of a few kilobytes.
    private const long MostAllocation = 64L << 20;

    // Less than this says nothing about growth.
    private const long LeastForGrowth = 100_000;

    // What the process may have more at the end than after the first tenth.
    private const long MostGrowth = 64L << 20;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly IFuzzedDecoder _decoder;
    private readonly FuzzOptions _options;
    private readonly Action<string> _say;
    private readonly List<byte[]> _seeds;
    private readonly HashSet<ulong> _kinds = [];
    private readonly SortedDictionary<ErrorReason, long> _failures = [];
    private readonly Mutator _mutator = new(LongestInput);
    private readonly Reading _reading = new();
    private readonly LastInput _last;
    private readonly TimeSpan _processorBefore = Environment.CpuUsage.TotalTime;
    private RandomNumbers _random;
    private long _records;
    private long _mostAllocated;
    private TimeSpan _slowest;

    public FuzzRun(IFuzzedDecoder decoder, FuzzOptions options, Action<string> say)
    {
        _decoder = decoder;
        _options = options;
        _say = say;
        _random = new RandomNumbers(options.Seed);
        string folder = Path.Combine(options.Corpus, decoder.Name);
        _seeds = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        Directory.CreateDirectory(options.Findings);
        _last = new LastInput(Path.Combine(options.Findings, decoder.Name), LongestInput);
    }

    public FuzzResult Run()
    {
        var whole = Stopwatch.StartNew();
        var line = Stopwatch.StartNew();
        long memoryBefore = 0;
        long count = 0;
        string? broken = null;
        using var watchdog = new Watchdog(TimeLimit, () => Hang(_mutator.Input));
        while (broken is null && count < _options.Inputs && !(whole.Elapsed > _options.Duration))
        {
            // The seeds themselves come first.
            if (count < _seeds.Count && _seeds.Count < MostSeeds)
            {
                _mutator.Take(_seeds[(int)count]);
            }
            else
            {
                _mutator.Mutate(_seeds, ref _random);
            }

            count++;
            broken = Decode(_mutator.Input, watchdog, count);
            if (_options.Inputs >= LeastForGrowth && count == _options.Inputs / 10)
            {
                memoryBefore = Memory();
            }

            if (line.Elapsed > BetweenLines)
            {
                line.Restart();
                _say(Result(count, whole.Elapsed, null).ToString());
            }
        }

        if (broken is null && memoryBefore > 0 && Memory() - memoryBefore is var growth and > MostGrowth)
        {
            broken = string.Create(CultureInfo.InvariantCulture, $"memory grew by {growth >> 20} MiB");
        }

        return Result(count, whole.Elapsed, broken);
    }

    /// <summary>Decodes one input; an exception comes through.</summary>
    public static void Replay(IFuzzedDecoder decoder, byte[] input)
    {
        var reading = new Reading();
        reading.Begin(input.Length);
        try
        {
            decoder.Decode(input, reading);
        }
        catch (KsmToolsException failure)
        {
            reading.Fail(failure);
        }
    }

    public void Dispose() => _last.Dispose();

    private string? Decode(ArraySegment<byte> input, Watchdog watchdog, long number)
    {
        _last.Keep(input);
        _reading.Begin(input.Count);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        watchdog.Begin(started);
        try
        {
            try
            {
                _decoder.Decode(input, _reading);
            }
            catch (KsmToolsException failure)
            {
                _reading.Fail(failure);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            _mostAllocated = Math.Max(_mostAllocated, allocated);
            Reading.Demand(allocated <= MostAllocation, string.Create(CultureInfo.InvariantCulture, $"{allocated:N0} bytes were allocated for {input.Count:N0} bytes of input"));
        }
        catch (Exception exception)
        {
            return Keep(input, exception, number);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        _slowest = took > _slowest ? took : _slowest;
        _records += _reading.Records;
        if (_reading.Reason is { } reason)
        {
            _failures[reason] = _failures.GetValueOrDefault(reason) + 1;
        }

        if (_kinds.Add(_reading.Kind) && _seeds.Count < MostSeeds && number > _seeds.Count)
        {
            _seeds.Add([.. input]);
        }

        return null;
    }

    private string Keep(ArraySegment<byte> input, Exception exception, long number)
    {
        string file = Write(input);
        _say(string.Create(CultureInfo.InvariantCulture, $"{_decoder.Name}: seed {_options.Seed}, input {number:N0}: {exception}"));
        _say($"Again: dotnet run -c Release --project tests/Fuzz -- {_decoder.Name} --crash {file}");
        return $"{exception.GetType().Name}: {exception.Message} ({file})";
    }

    private void Hang(ArraySegment<byte> input)
    {
        string file = Write(input);
        _say($"{_decoder.Name}: an input took longer than {TimeLimit.TotalSeconds} s of a processor");
        _say($"Again: dotnet run -c Release --project tests/Fuzz -- {_decoder.Name} --crash {file}");
        Environment.Exit(FuzzExitCodes.Broken);
    }

    private string Write(ArraySegment<byte> input)
    {
        string file = Path.Combine(_options.Findings, string.Create(CultureInfo.InvariantCulture, $"{_decoder.Name}-{_options.Seed}-{DateTime.UtcNow:HHmmssfff}"));
        File.WriteAllBytes(file, [.. input]);
        return file;
    }

    private FuzzResult Result(long count, TimeSpan duration, string? broken) => new(_decoder.Name)
    {
        Inputs = count,
        Duration = duration,
        ProcessorTime = Environment.CpuUsage.TotalTime - _processorBefore,
        Records = _records,
        Failures = _failures,
        Kinds = _kinds.Count,
        MostAllocated = _mostAllocated,
        Slowest = _slowest,
        PeakMemory = ProcessMemory.Peak,
        Broken = broken,
    };

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return ProcessMemory.Now;
    }
}
