using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap.Comparison;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Comparison;

public sealed class CompareCommandTests
{
    private static readonly string Before = Checkout.Data("captures/6.12-native/ksm.trace.txt");
    private static readonly string After = Checkout.Data("captures/6.12-native-fixed/ksm.trace.txt");
    private static readonly string MixedBefore = Checkout.Data("captures/6.12-native/mixed.trace.txt.gz");
    private static readonly string MixedAfter = Checkout.Data("captures/6.12-native-fixed/mixed.trace.txt.gz");

    [Fact]
    public void Bounded_walks_are_faster_and_ordinary_ones_are_not_shown_to_be()
    {
        using var host = new ModuleHost();
        RmapWalkComparison six = host.Run($"Compare-RmapWalk '{Before}' '{After}'").Single<RmapWalkComparison>();
        Assert.Equal((RmapVerdict.Faster, 6L, 6L), (six.Verdict, six.ReferenceCount, six.DifferenceCount));
        Assert.Equal((Before, After), (six.ReferenceTag, six.DifferenceTag));
        Assert.Equal(
            [(RmapPageType.Ksm, RmapVerdict.Faster), (RmapPageType.Anon, RmapVerdict.NoDifferenceShown), (RmapPageType.File, RmapVerdict.NoDifferenceShown)],
            host.Run($"Compare-RmapWalk '{MixedBefore}' '{MixedAfter}'").All<RmapWalkComparison>().Select(item => (item.PageType!.Value, item.Verdict)));
    }

    [Fact]
    public void Traces_walks_statistics_and_what_was_saved_of_them_give_one_answer()
    {
        using var host = new ModuleHost();
        string expected = Shown(host, $"Compare-RmapWalk '{MixedBefore}' '{MixedAfter}'");
        Assert.Contains("Faster", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Shown(host, $"Import-RmapTrace '{MixedAfter}' -AsWalk | Compare-RmapWalk (Measure-RmapWalk '{MixedBefore}')"));
        Assert.Equal(expected, Shown(host, $"Import-RmapTrace '{MixedAfter}' | Compare-RmapWalk ([IO.FileInfo]'{MixedBefore}')"));
        const string Serializer = "[System.Management.Automation.PSSerializer]";
        Assert.Equal(expected, Shown(host, $"Compare-RmapWalk ({Serializer}::Deserialize({Serializer}::Serialize((Measure-RmapWalk '{MixedBefore}'), 3))) ({Serializer}::Deserialize({Serializer}::Serialize(@(Import-RmapTrace '{MixedAfter}' -AsWalk), 3)))"));
        Assert.Equal(expected, Shown(host, $"Compare-RmapWalk (Measure-RmapWalk '{MixedBefore}') (Measure-RmapWalk '{MixedAfter}' | ForEach-Object {{ [pscustomobject]@{{ PageType = [string]$_.PageType; Count = $_.Count; MinimumNanoseconds = $_.MinimumNanoseconds; MaximumNanoseconds = $_.MaximumNanoseconds; MeanNanoseconds = $_.MeanNanoseconds; P50Nanoseconds = $_.P50Nanoseconds; P99Nanoseconds = $_.P99Nanoseconds; Histogram = @($_.Histogram | ForEach-Object {{ [pscustomobject]@{{ FromNanoseconds = $_.FromNanoseconds; ToNanoseconds = $_.ToNanoseconds; Count = $_.Count }} }}) }} }})"));

        static string Shown(ModuleHost host, string script)
        {
            ModuleResult result = host.Run($"{script} | ForEach-Object {{ '{{0}} {{1}} {{2:r}} {{3:r}} {{4}} {{5}}' -f $_.PageType, $_.ReferenceCount, $_.Mean.LowPercent, $_.P50.HighPercent, $_.P99.Verdict, $_.Verdict }}");
            Assert.Empty(result.Errors);
            return string.Join('\n', result.Output);
        }
    }

    [Fact]
    public void A_gate_is_an_error_with_the_comparison_and_quietly_a_truth_value()
    {
        using var host = new ModuleHost();
        ModuleResult failed = host.Run($"Compare-RmapWalk '{After}' '{Before}' -MaximumRegression 10%");
        Assert.Contains("10%", failed.Error(ErrorReason.RegressionFound).Exception.Message, StringComparison.Ordinal);
        Assert.False(Assert.IsType<RmapWalkComparison>(Assert.Single(failed.Output).BaseObject).Passed);
        Assert.False(host.Run($"Compare-RmapWalk '{After}' '{Before}' -MaximumRegression 0.1 -Quiet").Single<bool>());
        Assert.True(host.Run($"Compare-RmapWalk '{Before}' '{After}' -MaximumRegression 0 -Quiet").Single<bool>());
        Assert.True(host.Run($"Compare-RmapWalk '{MixedBefore}' '{MixedAfter}' -MaximumRegression 10% -Quiet").Single<bool>());
        Assert.False(host.Run($"Compare-RmapWalk '{MixedBefore}' '{After}' -MaximumRegression 10% -Quiet").Single<bool>());
        ModuleResult undecided = host.Run($"Compare-RmapWalk '{MixedBefore}' '{MixedAfter}' -MaximumRegression 5%");
        Assert.Empty(undecided.Errors);
        Assert.Contains("Anon", Assert.Single(undecided.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-MaximumRegression 10")]
    [InlineData("-MaximumRegression -1%")]
    [InlineData("-MaximumRegression x%")]
    [InlineData("-Confidence 100%")]
    [InlineData("-Confidence 95")]
    [InlineData("-Metric P42")]
    public void Shares_are_written_so_that_nobody_can_misread_them(string arguments)
    {
        using var host = new ModuleHost();
        Assert.StartsWith("ParameterArgument", Assert.Single(host.Run($"Compare-RmapWalk '{Before}' '{After}' {arguments}").Errors).FullyQualifiedErrorId.Replace("CannotConvertArgument", "ParameterArgument", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_no_walks_is_an_error_and_never_a_verdict()
    {
        using var host = new ModuleHost();
        ModuleResult number = host.Run($"Compare-RmapWalk '{Before}' 3 -MaximumRegression 10% -Quiet");
        Assert.Empty(number.Output);
        Assert.All(number.Errors, error => Assert.StartsWith("KnobValueInvalid", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        ModuleResult csv = host.Run($"Compare-RmapWalk '{Before}' ([pscustomobject]@{{ Count = 6; Histogram = 'KsmTools.Rmap.RmapHistogramBucket[]' }})");
        Assert.Contains(csv.Errors, error => error.Exception.Message.Contains("histogram", StringComparison.Ordinal));
        Assert.Empty(csv.Output);
    }

    [Fact]
    public void A_histogram_fits_80_columns_and_has_no_colours_in_a_pipe()
    {
        using var host = new ModuleHost();
        IReadOnlyList<string> lines = host.Run($"Show-RmapHistogram '{MixedBefore}'").All<string>();
        Assert.Equal(3, lines.Count(line => line.Contains("walks, mean", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.DoesNotContain(lines, line => line.Contains('\e'));
        Assert.Equal(lines, host.Run($"Measure-RmapWalk '{MixedBefore}' | Show-RmapHistogram").All<string>());
        Assert.Equal(lines, host.Run($"Import-RmapTrace '{MixedBefore}' -AsWalk | Show-RmapHistogram").All<string>());
    }

    [Fact]
    public void A_report_is_written_whole_and_only_where_it_may_be()
    {
        using var folder = new TemporaryFolder();
        using var host = new ModuleHost();
        string path = Path.Combine(folder.Path, "r.html");
        Assert.Empty(host.Run($"Export-RmapReport '{path}' '{Before}' -WhatIf").Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        string dat = Checkout.Data("captures/6.12-native/ksm.dat");
        Assert.Equal(path, host.Run($"Export-RmapReport '{path}' '{dat}' -Title '<x>' -Setting @{{ Host = 'a&b' }} -PassThru").Single<FileInfo>().FullName);
        string html = File.ReadAllText(path);
        Assert.Contains("<title>&lt;x&gt;</title>", html, StringComparison.Ordinal);
        Assert.Contains("<dt>Host</dt><dd>a&amp;b</dd>", html, StringComparison.Ordinal);
        Assert.Contains("<dt>Kernel</dt><dd>6.12", html, StringComparison.Ordinal);
        Assert.Equal(ErrorReason.KernelIoError.ToString(), Assert.Single(host.Run($"Export-RmapReport '{path}' '{Before}'").Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Empty(host.Run($"Import-RmapTrace '{Before}' -AsWalk | Export-RmapReport '{path}' -Force").Errors);
        host.Run($"Export-RmapReport '{path}.doc' '{Before}'").Error(ErrorReason.KnobValueInvalid);
        foreach (string extension in (string[])["svg", "png"])
        {
            Assert.Empty(host.Run($"Measure-RmapWalk '{Before}' | Export-RmapReport '{Path.Combine(folder.Path, "r." + extension)}' -IncludeSystem").Errors);
        }

        Assert.Equal(["r.html", "r.png", "r.svg"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_report_of_two_kernels_warns_and_names_both()
    {
        using var folder = new TemporaryFolder();
        using var host = new ModuleHost();
        string path = Path.Combine(folder.Path, "r.html");
        string files = $"'{Checkout.Data("captures/6.1-kprobe/ksm.dat")}', '{Checkout.Data("captures/6.12-kprobe/ksm.dat")}'";
        ModuleResult run = host.Run($"Export-RmapReport '{path}' {files}");
        string warning = Assert.Single(run.Warnings, text => text.StartsWith("Kernel is not the same for all walks", StringComparison.Ordinal));
        Assert.Matches("2 are named: 6[.]1[.].*; 6[.]12[.]", warning);
        string html = File.ReadAllText(path);
        Assert.Contains("<p class=\"warning\">" + warning, html, StringComparison.Ordinal);
        Assert.Contains("The walks are of 2 recordings.", html, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Run($"Export-RmapReport '{path}' '{Checkout.Data("captures/6.1-kprobe/ksm.dat")}' -Force").Warnings, text => text.StartsWith("Kernel", StringComparison.Ordinal));
    }

    // As Import-Clixml gives them back.
    [Fact]
    public void A_report_of_results_under_two_settings_warns_and_names_both()
    {
        using var folder = new TemporaryFolder();
        using var host = new ModuleHost();
        string path = Path.Combine(folder.Path, "r.html");
        const string Result = "[pscustomobject]@{ PageType = $_[0]; Count = 1; MinimumNanoseconds = 5; MeanNanoseconds = 5; P50Nanoseconds = 5; P90Nanoseconds = 5; P99Nanoseconds = 5; P999Nanoseconds = 5; "
            + "MaximumNanoseconds = 5; TotalNanoseconds = 5; Kernel = '6.18.5'; Histogram = @([pscustomobject]@{ FromNanoseconds = 5; ToNanoseconds = 5; Count = 1 }); Settings = [pscustomobject]@{ PagesToScan = $_[1]; MaxPageSharing = 256 } }";
        Assert.Empty(host.Run($"('Ksm', 100), ('Anon', 200) | ForEach-Object {{ {Result} }} | Export-RmapReport '{path}'").Warnings);
        ModuleResult run = host.Run($"('Ksm', 100), ('Ksm', 200) | ForEach-Object {{ {Result} }} | Export-RmapReport '{path}' -Force");
        Assert.Equal("KSM is not the same for all walks, which are put together here. 2 are named: pages_to_scan 100; pages_to_scan 200.", Assert.Single(run.Warnings));
    }
}
