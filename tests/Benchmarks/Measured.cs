using System.Diagnostics;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Benchmarks;

/// <summary>Runs what is compared, and takes the time.</summary>
internal static class Measured
{
    /// <summary>What <c>Measure-RmapWalk -Path</c> does with a file.</summary>
    public static (double Seconds, double CpuSeconds) Module(string path) => Module(path, () => TraceReaders.OpenWalks(path));

    /// <summary>The same with a reader of another kind, or with a filter.</summary>
    public static (double Seconds, double CpuSeconds) Module(string path, Func<ITraceReader> open, RecordFilter? filter = null)
    {
        filter ??= new RecordFilter();
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        var watch = Stopwatch.StartNew();
        using ITraceReader reader = open().OnlyWalks(filter);
        var measurement = new RmapWalkMeasurement(RmapGroupBy.PageType, reader.Symbols, filter);
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            measurement.Add(records);
        }

        return measurement.Statistics().Count > 0
            ? (watch.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds - cpu)
            : throw new InvalidOperationException($"{path}: no walks");
    }

    /// <summary>What measuring a file allocates, in bytes.</summary>
    public static long Allocated(string path)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        _ = Module(path);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    /// <summary>The shortest of some runs: the machine's other work only ever makes a run longer.</summary>
    public static double Best(int runs, Func<double> run) => Enumerable.Range(0, runs).Min(_ => run());

    /// <summary>A program's time and output.</summary>
    public static (double Seconds, string Output) Program(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0 ? (seconds, output) : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: {errors.Result}{output}");
    }

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string name) =>
        Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The manifest of the checkout, if the module is built.</summary>
    public static string? Manifest()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "KsmTools.psd1")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder is not null && File.Exists(Path.Combine(folder, "bin", "KsmTools.dll")) ? Path.Combine(folder, "KsmTools.psd1") : null;
    }

    /// <summary>The largest working set of a process that measures a file with this runner, in MiB.</summary>
    public static double PeakMebibytes(string path)
    {
        string runner = Environment.ProcessPath!;
        string[] arguments = Path.GetFileNameWithoutExtension(runner) == "dotnet" ? [typeof(Measured).Assembly.Location, "measure", path] : ["measure", path];
        return double.Parse(Program(runner, arguments).Output.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Measures a file and prints the time and this process's largest working set, for <see cref="PeakMebibytes"/>.</summary>
    public static void PrintSelf(string path)
    {
        Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Module(path).Seconds:0.000}"));
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{self.PeakWorkingSet64 / 1048576.0:0.0}"));
    }
}
