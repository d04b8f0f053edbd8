using System.Globalization;
using KsmTools.Records;
using KsmTools.Tracing;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Benchmarks;

/// <summary>Every figure beside its peer's, measured in the same run on the same input, as one table.</summary>
internal sealed class Peers(int events)
{
    private const int PipelineEvents = 100_000;

    private readonly PeerTable _table = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ksmtools-bench-").FullName;

    public void Run()
    {
        try
        {
            string large = Generate("large.trace.txt", events);
            Text(large);
            TraceDat();
            PerfPeers.AddTo(_table, _folder);
            Growth();
            Memory(large);
            Pipeline();
            StartPeers.AddTo(_table, _folder);
            MergePeer.AddTo(_table);
            PotentialPeer.AddTo(_table);
            RecordPeer.AddTo(_table, _folder);
            _table.Print();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // In turns: what else the machine does for a while befalls all of them.
    private void Text(string path)
    {
        string? wc = Measured.Find("wc");
        _ = Measured.Best(5, () => Measured.Module(path).Seconds);
        double ours = double.PositiveInfinity, lines = double.PositiveInfinity, ofThread = double.PositiveInfinity, ofWindow = double.PositiveInfinity;
        for (int round = 0; round < 10; round++)
        {
            ours = Math.Min(ours, Measured.Module(path).Seconds);
            lines = wc is null ? lines : Math.Min(lines, Measured.Program(wc, "-l", path).Seconds);

            // A filter that leaves a sixth, and one that leaves everything: neither costs what it saves.
            ofThread = Math.Min(ofThread, Run(new RecordFilter { ThreadIds = [191] }));
            ofWindow = Math.Min(ofWindow, Run(new RecordFilter { After = 0, Before = long.MaxValue - 1 }));
        }

        string what = string.Create(CultureInfo.InvariantCulture, $"Measure-RmapWalk -Path, {events:N0} events, {new FileInfo(path).Length >> 20} MiB of text");
        _table.Row(what, "the original way in C", Measured.Find("cc") is { } compiler ? Original(compiler, path) : null, ours, "25 times the peer", 25);
        _table.Row(what, "wc -l", wc is null ? null : lines, ours, "within 2 times the peer's time", 0.5);
        _table.Row("the same with -ThreadId", what, ours, ofThread, "no slower (3% is noise)", 0.97);
        _table.Row("the same with -After and -Before, of everything", what, ours, ofWindow, "no slower (3% is noise)", 0.97);

        double Run(RecordFilter filter) => Measured.Module(path, () => TraceReaders.OpenWalks(path), filter).Seconds;
    }

    /// <summary>The rows about text alone.</summary>
    public void RunText()
    {
        try
        {
            Text(Generate("large.trace.txt", events));
            Growth();
            _table.Print();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The rows about the start of a session alone.</summary>
    public void RunStart()
    {
        try
        {
            StartPeers.AddTo(_table, _folder);
            _table.Print();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The rows about trace.dat files alone.</summary>
    public void RunTraceDat()
    {
        try
        {
            TraceDat();
            _table.Print();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The rows about recording alone.</summary>
    public void RunRecord()
    {
        try
        {
            RecordPeer.AddTo(_table, _folder);
            _table.Print();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The rows about perf's files alone.</summary>
    public void RunPerf()
    {
        try
        {
            PerfPeers.AddTo(_table, _folder);
            _table.Print();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The row about reading memory alone.</summary>
    public void RunPotential()
    {
        try
        {
            PotentialPeer.AddTo(_table);
            _table.Print();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void TraceDat()
    {
        const string Packed = "Measure-RmapWalk -Path, trace.dat with zstd, 240,000 events";
        const string Plain = "the same events, sub-buffers as they are (trace.dat without compression)";
        const string Report = "trace-cmd report > /dev/null";
        string? root = Path.GetDirectoryName(Measured.Manifest());
        string? path = root is null ? null : Path.Combine(root, "tests", "KsmTools.Tests", "Data", "captures", "large", "large.dat");
        if (path is null || !File.Exists(path))
        {
            _table.Add(Packed, Report, "missing: large.dat", "", "", "60 times the peer", null);
            return;
        }

        string? traceCommand = Measured.Find("trace-cmd");
        Compare(Packed, path, 60);
        if (traceCommand is null)
        {
            _table.Add(Plain, Report, "missing: trace-cmd", "", "", "150 times the peer", null);
            return;
        }

        string plain = Path.Combine(_folder, "plain.dat");
        Measured.Program(traceCommand, "convert", "-i", path, "-o", plain, "--file-version", "7", "--compression", "none");
        Compare(Plain, plain, 150);
        RawBuffer raw = RawPages.Split(plain, Path.Combine(Path.GetDirectoryName(path)!, "..", "6.12-native"), _folder);
        Compare("the same events, sub-buffers alone (trace_pipe_raw)", plain, 150, raw);

        void Compare(string what, string file, double goal, RawBuffer? sub = null)
        {
            // Enough runs for the compiler to have done its work: the goal is for a process that has started up.
            double Run() => sub is null ? Measured.Module(file).Seconds : Measured.Module(file, () => TraceReaders.OpenWalks(sub)).Seconds;
            _ = Measured.Best(40, Run);
            double ours = Measured.Best(20, Run);
            double? theirs = traceCommand is null ? null : Measured.Best(3, () => Measured.Program(traceCommand, "report", "-i", file).Seconds);
            _table.Row(what, Report, theirs, ours, string.Create(CultureInfo.InvariantCulture, $"{goal} times the peer"), goal);
        }
    }

    private double Original(string compiler, string path)
    {
        string program = Path.Combine(_folder, "original-way");
        Measured.Program(compiler, "-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, "peers", "original-way.c"));
        return Measured.Best(2, () => Measured.Program(program, path).Seconds);
    }

    private void Growth()
    {
        Growth("CPU time", 0);
        Growth("CPU time, half of the ends lost", 0.5);
    }

    // CPU time and not elapsed time: a ratio of two runs of ours means nothing when other work takes a core from one of them. The small file is measured ten times in a row
    // beside the large one: a machine that is slower for a while makes a long run slower, but seldom the shortest of a few short ones.
    private void Growth(string what, double lostEnds)
    {
        string small = Generate("growth.small.txt", events / 3, lostEnds);
        string large = Generate("growth.large.txt", events / 3 * 10, lostEnds);
        double tenth = double.PositiveInfinity;
        double whole = double.PositiveInfinity;
        for (int round = 0; round < 5; round++)
        {
            tenth = Math.Min(tenth, Enumerable.Range(0, 10).Average(_ => Measured.Module(small).CpuSeconds));
            whole = Math.Min(whole, Measured.Module(large).CpuSeconds);
        }

        long few = Measured.Allocated(small);
        long many = Measured.Allocated(large);
        File.Delete(large);
        double each = (many - few) / (events * 3.0);
        _table.Add(
            string.Create(CultureInfo.InvariantCulture, $"bytes allocated for each event more, {events / 3 * 10:N0} in all{(lostEnds > 0 ? ", half of the ends lost" : "")}"),
            string.Create(CultureInfo.InvariantCulture, $"{events / 3:N0} events: {few >> 10:N0} KiB in all"),
            "",
            string.Create(CultureInfo.InvariantCulture, $"{many >> 10:N0} KiB in all"),
            string.Create(CultureInfo.InvariantCulture, $"{each:0.000} bytes"),
            "0 bytes an event",
            each < 0.05);
        _table.Add(
            string.Create(CultureInfo.InvariantCulture, $"{what}: {events / 3 * 10:N0} events"),
            string.Create(CultureInfo.InvariantCulture, $"{events / 3:N0} events"),
            PeerTable.Seconds(tenth),
            PeerTable.Seconds(whole),
            PeerTable.Ratio(whole / tenth),
            "at most 11 times",
            whole / tenth <= 11);
    }

    private void Memory(string large)
    {
        string small = Generate("memory.small.txt", 750_000);
        double one = Measured.PeakMebibytes(small);
        double other = Measured.PeakMebibytes(large);
        _table.Add(
            string.Create(CultureInfo.InvariantCulture, $"memory: {new FileInfo(large).Length >> 20} MiB of trace"),
            string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(small).Length >> 20} MiB of trace"),
            Mebibytes(one),
            Mebibytes(other),
            PeerTable.Ratio(other / one),
            "flat, below 60 MiB",
            other < 60 && other / one < 1.15);
    }

    private void Pipeline()
    {
        const string What = "Import-RmapTrace | ConvertTo-RmapWalk | Sort-Object | Measure-Object in pwsh, 100,000 events";
        const string Objects = "Import-RmapTrace in pwsh, 100,000 events";
        if (Measured.Manifest() is not { } manifest || Shells.Pwsh(manifest) is not { } pwsh)
        {
            _table.Add(What, "pure PowerShell", "missing: pwsh", "", "", "40 times the peer", null);
            _table.Add(Objects, "a cmdlet that writes empty objects", "missing: pwsh", "", "", "80% of the peer", null);
            return;
        }

        string path = Generate("pipeline.trace.txt", PipelineEvents);
        string Script(string name) => Path.Combine(AppContext.BaseDirectory, "peers", name);
        double Inside(params string[] arguments) => double.Parse(
            Measured.Program(pwsh, ["-NoProfile", "-File", .. arguments]).Output.Trim().Split('\n')[^1], CultureInfo.InvariantCulture);
        double ours = Inside(Script("module-pipeline.ps1"), manifest, path);
        double events = Inside(Script("module-pipeline.ps1"), manifest, path, "-EventsOnly");
        double script = Inside(Script("careful.ps1"), path);
        double empty = Inside(Script("empty-objects.ps1"), PipelineEvents.ToString(CultureInfo.InvariantCulture));
        _table.Row(What, "pure PowerShell", script, ours, "40 times the peer", 40);
        _table.Row(Objects, "a cmdlet that writes empty objects", empty, events, "80% of the peer's rate", 0.8);
    }

    private string Generate(string name, int count, double lostEnds = 0)
    {
        string path = Path.Combine(_folder, name);
        TraceGenerator.Write(path, count, lostEnds);

        // Or the kernel writes it to the disk while it is measured.
        using FileStream file = File.OpenWrite(path);
        file.Flush(flushToDisk: true);
        return path;
    }

    private static string Mebibytes(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} MiB");

}
