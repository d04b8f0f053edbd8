using BenchmarkDotNet.Attributes;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Benchmarks;

/// <summary>The loops that every event goes through; per operation one event, and no bytes allocated.</summary>
[MemoryDiagnoser]
public class InnerLoops
{
    private const int Events = 1000;

    private readonly TextBlock _block = new();
    private readonly SymbolTable _names = new();
    private BlockParser _parser = null!;
    private TraceRecord[] _records = [];
    private RmapWalkPairer<Nowhere> _pairer = null!;
    private readonly DurationDistribution _durations = new();

    /// <summary>Prepares a block of a thousand events, and storage that has its final size.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        string path = Path.GetTempFileName();
        TraceGenerator.Write(path, Events);
        byte[] text = File.ReadAllBytes(path);
        File.Delete(path);
        int body = text.AsSpan().IndexOf("#\n "u8) + 2;
        _block.Text = [.. text.AsSpan(body), .. new byte[NativeLine.Reach]];
        _block.Length = text.Length - body;
        _parser = new BlockParser(WalkReader.Wanted, _names, new TextLayout(TraceFormat.Text));
        _parser.Parse(_block);
        _records = _block.Records.ToArray();
        _pairer = new RmapWalkPairer<Nowhere>(default);
        for (int i = 0; i < 10_000; i++)
        {
            _durations.Record(i * 1000L);
        }
    }

    /// <summary>Text to records.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int ParseBlock()
    {
        _block.Clear();
        _parser.Parse(_block);
        return _block.Count;
    }

    /// <summary>Records to walks.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long Pair()
    {
        _pairer.Pair(_records);
        _pairer.Complete();
        return _pairer.Sink.Sum;
    }

    /// <summary>A duration into its distribution.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long Record()
    {
        for (int i = 0; i < Events; i++)
        {
            _durations.Record(i * 977L);
        }

        return _durations.Count;
    }

    private struct Nowhere : IWalkSink
    {
        public long Sum;

        public void Walk(in TraceRecord start, in TraceRecord end) => Sum += end.Timestamp - start.Timestamp;

        public void TimeBackwards(in TraceRecord start, in TraceRecord end) => Sum -= end.Timestamp;

        public void UnmatchedStart(in TraceRecord start) => Sum += start.Timestamp;

        public void UnmatchedEnd(in TraceRecord end) => Sum += end.Timestamp;
    }
}
