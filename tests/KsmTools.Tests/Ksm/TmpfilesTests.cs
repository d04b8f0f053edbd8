using KsmTools.Ksm;

namespace KsmTools.Tests.Ksm;

public sealed class TmpfilesTests
{
    [Fact]
    public void Knobs_stand_in_the_kernels_order_and_missing_ones_are_left_out()
    {
        string text = KsmTmpfiles.Format(new KsmConfiguration { Run = KsmRunState.Running, MaxPageSharing = 64, PagesToScan = 500, AdvisorMode = KsmAdvisorMode.None });
        Assert.Equal(
            ["advisor_mode", "max_page_sharing", "pages_to_scan", "run"],
            text.Split('\n').Where(line => line.StartsWith("w ", StringComparison.Ordinal)).Select(line => Path.GetFileName(line.Split(' ')[1])));
        Assert.Contains("w /sys/kernel/mm/ksm/max_page_sharing - - - - 64\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advisor_keeps_its_pages_to_scan()
    {
        string text = KsmTmpfiles.Format(new KsmConfiguration { PagesToScan = 500, AdvisorMode = KsmAdvisorMode.ScanTime });
        Assert.DoesNotContain("/pages_to_scan", text, StringComparison.Ordinal);
        Assert.Contains("advisor_mode - - - - scan-time\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_boot_does_not_unmerge() =>
        Assert.Contains("/run - - - - 0\n", KsmTmpfiles.Format(new KsmConfiguration { Run = KsmRunState.Unmerged }), StringComparison.Ordinal);
}
