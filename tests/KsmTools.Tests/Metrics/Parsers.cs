using System.Diagnostics;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Metrics;

/// <summary>The parsers that metrics are made for.</summary>
internal static class Parsers
{
    private const string Python = "/usr/bin/python3";

    // Prints every sample of a document as name, labels and value, in the document's order.
    private const string Read = """
        import sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        for family in text_string_to_metric_families(sys.stdin.read()):
            for sample in family.samples:
                print(family.type, sample.name, sorted(sample.labels.items()), repr(sample.value), sep='\t')
        """;

    /// <summary>What the reference parser of OpenMetrics reads; a document that it refuses fails the test.</summary>
    public static IReadOnlyList<string> OpenMetrics(string document)
    {
        Assert.SkipUnless(
            File.Exists(Python) && Run(Python, ["-c", "import prometheus_client.openmetrics.parser"], "").Code == 0, "needs python3-prometheus-client");
        (int code, string output, string errors) = Run(Python, ["-c", Read], document);
        Assert.True(code == 0, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What promtool, which has node_exporter's parser, complains of.</summary>
    public static string Prometheus(string document)
    {
        Needs.Program("promtool");
        (int code, string output, string errors) = Run("promtool", ["check", "metrics"], document);
        return code == 0 ? output + errors : $"{code}: {output}{errors}";
    }

    private static (int Code, string Output, string Errors) Run(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, errors.Result);
    }
}
