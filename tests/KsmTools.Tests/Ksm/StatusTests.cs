using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

public sealed class StatusTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    [Theory]
    [InlineData("7.2", 1200, "1", true)]
    [InlineData("7.2", 1200, "0", true)]
    [InlineData("7.2", 900, "1", false)]
    [InlineData("7.3", 1200, "1", false)]
    [InlineData(null, 1200, "1", false)]
    public void Long_walks_are_told_of_where_this_kernel_walks_whole_anon_vmas(string? kernel, int mappings, string run, bool isTold)
    {
        _tree["run"] = run;
        _tree["full_scans"] = "5";
        _tree["pages_shared"] = "10";
        _tree["pages_sharing"] = "100000";
        PutProcess(7, 100, 5000);
        PutProcess(8, mappings, 300);
        PutProcess(9, 30_000, 0);
        _tree.Put("proc/5/comm", "p5\n");
        PutProcess(6, 50_000, 1);
        _tree.Put("proc/6/ksm_stat", "ksm_merging_pages many\n");
        if (kernel is not null)
        {
            _tree.Put("sys/kernel/btf/vmlinux", "");
            File.Copy(Checkout.Data($"btf/{kernel}.btf"), _tree.Locate("/sys/kernel/btf/vmlinux"), overwrite: true);
        }

        KsmDiagnosis plain = new KsmStatusReader(_tree).Read().Diagnosis;
        KsmDiagnosis told = new KsmStatusReader(_tree) { LooksAtProcesses = true }.Read().Diagnosis;
        Assert.Equal(plain.Verdict, told.Verdict);
        Assert.DoesNotContain("Process", plain.Message, StringComparison.Ordinal);
        if (!isTold)
        {
            Assert.Equal(plain, told);
            return;
        }

        Assert.StartsWith(plain.Message, told.Message, StringComparison.Ordinal);
        Assert.Contains("Process 8 (p8) has merged pages and 1,200 mappings (VMAs), and this kernel walks whole anon_vmas; Linux 7.3 and later do not.", told.Message, StringComparison.Ordinal);
        Assert.Contains("Compare-RmapStrategy -Id 8", told.Remedy, StringComparison.Ordinal);
    }

    private void PutProcess(int id, int mappings, long merged)
    {
        _tree.Put($"proc/{id}/ksm_stat", $"ksm_rmap_items 9\nksm_merging_pages {merged}\n");
        _tree.Put($"proc/{id}/comm", $"p{id}\n");
        _tree.Put($"proc/{id}/maps", string.Concat(Enumerable.Repeat("1000-2000 rw-p 00000000 00:00 0\n", mappings)));
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Savings_follow_from_the_counters()
    {
        _tree["pages_shared"] = "79";
        _tree["pages_sharing"] = "19921";
        _tree["ksm_zero_pages"] = "100";
        _tree.SetPageSize(65536);
        KsmStatus status = new KsmStatusReader(_tree).Read();
        Assert.Equal(65536, status.PageSize);
        Assert.Equal((19921L + 100) * 65536, status.SavedBytes);
        Assert.Equal(19921 / 79.0, status.SharingRatio);
    }

    [Fact]
    public void A_loss_is_negative()
    {
        _tree["run"] = "1";
        _tree["pages_unshared"] = "1000";
        (_tree["general_profit"], _tree["ksm_zero_pages"], _tree["full_scans"]) = ("-64000", "1", "2");
        KsmStatus status = new KsmStatusReader(_tree).Read();
        Assert.Equal(-64000, status.GeneralProfit);
        Assert.Equal((KsmVerdict.Unprofitable, KsmVerdict.Unprofitable), (status.Diagnosis.Verdict, status.Verdict));
    }

    [Fact]
    public void A_count_of_zero_pages_below_zero_saves_nothing_and_takes_nothing()
    {
        (_tree["ksm_zero_pages"], _tree["pages_shared"], _tree["pages_sharing"]) = ("-5", "1", "2");
        KsmStatus status = new KsmStatusReader(_tree).Read();
        Assert.Equal((-5, 2L * status.PageSize), (status.KsmZeroPages, status.SavedBytes));
    }

    [Fact]
    public void Scans_of_an_interval_are_those_since_everything_was_unmerged()
    {
        KsmStatus[] looks = [.. new[] { "7", "9", "2" }.Select(scans =>
        {
            _tree["full_scans"] = scans;
            return new KsmStatusReader(_tree).Read();
        })];
        Assert.Equal(
            [2, 2], looks.Zip(looks.Skip(1)).Select(pair => KsmStatusSample.Between(pair.First, pair.Second, TimeSpan.FromSeconds(1)).FullScans!.Value));
    }

    [Theory]
    [InlineData("none [scan-time]")]
    [InlineData("none scan-time [learned]")]
    public void What_to_do_about_the_pace_of_an_advisor_is_what_the_kernel_takes(string advisor)
    {
        (_tree["run"], _tree["pages_volatile"], _tree["advisor_mode"], _tree["pages_to_scan"]) = ("1", "100000000", advisor, "0");
        foreach (string pages in (string[])["0", "1"])
        {
            _tree["pages_to_scan"] = pages;
            KsmDiagnosis diagnosis = new KsmStatusReader(_tree).Read().Diagnosis;
            Assert.Equal(KsmVerdict.ScanTooSlow, diagnosis.Verdict);
            Assert.Contains("-AdvisorMode None -PagesToScan", diagnosis.Remedy, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("100000                                                                        x")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000000000000005")]
    public void A_counter_is_not_read_in_part(string text)
    {
        _tree["pages_sharing"] = text;
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(new KsmStatusReader(_tree).Read).Reason);
    }

    [Fact]
    public void Counters_that_an_old_kernel_lacks_are_null_and_profit_is_reckoned()
    {
        foreach (string name in (string[])["general_profit", "ksm_zero_pages", "pages_scanned", "pages_skipped", "smart_scan", "advisor_mode"])
        {
            _tree[name] = null;
        }

        _tree["pages_shared"] = "1";
        _tree["pages_sharing"] = "9";
        _tree["pages_unshared"] = "90";
        KsmStatus status = new KsmStatusReader(_tree).Read();
        Assert.Null(status.GeneralProfit);
        Assert.Null(status.KsmZeroPages);
        Assert.Null(status.PagesScanned);
        Assert.Null(status.PagesSkipped);
        Assert.Equal((9 * status.PageSize) - (100 * 64), status.Profit);
        Assert.Null(status.KsmdCpuTime);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    public void A_counter_too_large_is_an_error_and_does_not_wrap(string text)
    {
        _tree["pages_sharing"] = text;
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(new KsmStatusReader(_tree).Read).Reason);
    }

    [Fact]
    public void The_time_of_ksmd_comes_from_the_scheduler_or_else_from_its_ticks()
    {
        _tree.Put("proc/36/stat", "36 (ksmd) S 2 0 0 0 -1 2129984 0 0 0 0 150 250 0 0 25 5 1 0 9 0 0 0 0");
        Assert.Equal(TimeSpan.FromSeconds(4), new KsmStatusReader(_tree).Read().KsmdCpuTime);
        _tree.Put("proc/36/schedstat", "2500000000 5 7");
        Assert.Equal(TimeSpan.FromSeconds(2.5), new KsmStatusReader(_tree).Read().KsmdCpuTime);
    }

    [Theory]
    [InlineData(KsmVerdict.Stopped, "run=0")]
    [InlineData(KsmVerdict.Stopped, "run=0", "pages_sharing=5")]
    [InlineData(KsmVerdict.Unmerged, "run=2")]
    [InlineData(KsmVerdict.WaitingForMemoryOffline, "run=5")]
    [InlineData(KsmVerdict.NothingMergeable, "run=1")]
    [InlineData(KsmVerdict.FirstScans, "run=1", "pages_volatile=500", "full_scans=1")]
    [InlineData(KsmVerdict.NothingAlike, "run=1", "pages_unshared=500", "full_scans=9")]
    [InlineData(KsmVerdict.TooVolatile, "run=1", "pages_volatile=500", "pages_unshared=5", "full_scans=9")]
    [InlineData(KsmVerdict.ScanTooSlow, "run=1", "pages_volatile=100000000", "full_scans=9")]
    [InlineData(KsmVerdict.ScanTooSlow, "run=1", "pages_unshared=5", "full_scans=9", "pages_to_scan=0")]
    [InlineData(KsmVerdict.AdvisorLimited, "run=1", "pages_unshared=10000000000", "full_scans=9", "advisor_mode=none [scan-time]", "pages_to_scan=30000")]
    [InlineData(KsmVerdict.Unprofitable, "run=1", "pages_unshared=500", "pages_shared=1", "pages_sharing=1", "full_scans=9", "general_profit=-1")]
    [InlineData(KsmVerdict.Unprofitable, "run=1", "ksm_zero_pages=1", "pages_unshared=500", "full_scans=2", "general_profit=-1")]
    [InlineData(KsmVerdict.FirstScans, "run=1", "pages_volatile=1600", "full_scans=0", "general_profit=-102400")]
    [InlineData(KsmVerdict.FirstScans, "run=1", "pages_volatile=1600", "pages_shared=1", "pages_sharing=1", "full_scans=1", "general_profit=-102400")]
    [InlineData(KsmVerdict.NothingAlike, "run=1", "pages_unshared=5000", "full_scans=7", "general_profit=-320000")]
    [InlineData(KsmVerdict.TooVolatile, "run=1", "pages_volatile=5000", "full_scans=7", "general_profit=-320000")]
    [InlineData(KsmVerdict.ScanTooSlow, "run=1", "pages_volatile=2200", "full_scans=0", "general_profit=-140800", "pages_to_scan=1", "sleep_millisecs=5000")]
    [InlineData(KsmVerdict.AdvisorLimited, "run=1", "pages_volatile=10000000000", "general_profit=-640000000000", "advisor_mode=none [scan-time]", "pages_to_scan=30000")]
    [InlineData(KsmVerdict.Merging, "run=1", "pages_sharing=5", "pages_shared=1", "full_scans=9", "general_profit=1")]
    public void The_diagnosis_names_the_reason(KsmVerdict verdict, params string[] files)
    {
        foreach (string[] file in files.Select(file => file.Split('=', 2)))
        {
            _tree[file[0]] = file[1];
        }

        KsmDiagnosis diagnosis = new KsmStatusReader(_tree).Read().Diagnosis;
        Assert.Equal(verdict, diagnosis.Verdict);
        Assert.Equal(verdict == KsmVerdict.Merging, diagnosis.Remedy is null);
        Assert.NotEmpty(diagnosis.Message);
    }

    [Fact]
    public void Rates_are_per_second_and_missing_where_the_counter_is()
    {
        KsmStatus before = new KsmStatusReader(_tree).Read();
        _tree["pages_scanned"] = "1000";
        _tree["pages_sharing"] = "40";
        _tree["full_scans"] = "3";
        var sample = KsmStatusSample.Between(before, new KsmStatusReader(_tree).Read(), TimeSpan.FromSeconds(2));
        Assert.Equal(500, sample.PagesScannedPerSecond);
        Assert.Equal(20, sample.PagesMergedPerSecond);
        Assert.Equal(3, sample.FullScans);
        Assert.Null(sample.KsmdCpuPercent);
    }

    [Fact]
    public void Polling_a_counter_allocates_nothing()
    {
        using KernelFile file = _tree.Open("/sys/kernel/mm/ksm/pages_sharing")!;
        _ = file.ReadInt64();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = file.ReadInt64();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
