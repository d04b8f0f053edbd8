using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

public sealed class ConfigurationStoreTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();
    private readonly KsmConfigurationStore _store;

    public ConfigurationStoreTests() => _store = new KsmConfigurationStore(_tree);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Every_knob_is_read()
    {
        KsmConfiguration configuration = _store.Read();
        Assert.Equal(KsmRunState.Stopped, configuration.Run);
        Assert.Equal(100u, configuration.PagesToScan);
        Assert.Equal(20u, configuration.SleepMilliseconds);
        Assert.Equal(256u, configuration.MaxPageSharing);
        Assert.True(configuration.MergeAcrossNodes);
        Assert.False(configuration.UseZeroPages);
        Assert.True(configuration.SmartScan);
        Assert.Equal(2000u, configuration.StableNodeChainsPruneMilliseconds);
        Assert.Equal(KsmAdvisorMode.None, configuration.AdvisorMode);
        Assert.Equal(70ul, configuration.AdvisorMaxCpu);
        Assert.Equal(500ul, configuration.AdvisorMinPagesToScan);
        Assert.Equal(30000ul, configuration.AdvisorMaxPagesToScan);
        Assert.Equal(200ul, configuration.AdvisorTargetScanTime);
    }

    [Fact]
    public void A_knob_that_the_kernel_lacks_is_null()
    {
        _tree["smart_scan"] = null;
        _tree["advisor_mode"] = null;
        KsmConfiguration configuration = _store.Read();
        Assert.Null(configuration.SmartScan);
        Assert.Null(configuration.AdvisorMode);
        Assert.Null(_store.Defaults().SmartScan);
    }

    [Theory]
    [InlineData("18446744073709551615")]
    [InlineData("0")]
    public void A_64_bit_knob_keeps_all_its_bits(string text)
    {
        _tree["advisor_max_pages_to_scan"] = text;
        Assert.Equal(ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture), _store.Read().AdvisorMaxPagesToScan);
    }

    [Theory]
    [InlineData("pages_to_scan", "4294967296")]
    [InlineData("pages_to_scan", "")]
    [InlineData("pages_to_scan", "-1")]
    [InlineData("smart_scan", "maybe")]
    public void Contents_that_are_not_understood_are_an_error_and_not_a_guess(string knob, string text)
    {
        _tree[knob] = text;
        var failure = Assert.Throws<KsmToolsException>(_store.Read);
        Assert.Equal(ErrorReason.KernelIoError, failure.Reason);
        Assert.Contains(knob, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_going_offline_shows_beside_the_state()
    {
        _tree["run"] = "5";
        Assert.Equal(KsmRunState.Running | KsmRunState.Offline, _store.Read().Run);
    }

    [Fact]
    public void Unchanged_knobs_are_not_written()
    {
        _store.Apply(_store.Read());
        Assert.Empty(_tree.Writes);
    }

    [Fact]
    public void Starting_comes_last_and_the_advisor_after_its_limits()
    {
        _store.Apply(new KsmConfiguration
        {
            Run = KsmRunState.Running,
            MaxPageSharing = 64,
            SleepMilliseconds = 5,
            AdvisorMode = KsmAdvisorMode.ScanTime,
            AdvisorMinPagesToScan = 700,
        });
        Assert.Equal(["max_page_sharing=64", "advisor_min_pages_to_scan=700", "sleep_millisecs=5", "advisor_mode=scan-time", "run=1"], _tree.Writes);
    }

    [Fact]
    public void Unmerging_and_ending_the_advisor_come_first()
    {
        _tree["run"] = "1";
        _tree["advisor_mode"] = "none [scan-time]";
        _store.Apply(new KsmConfiguration { Run = KsmRunState.Unmerged, MaxPageSharing = 64, AdvisorMode = KsmAdvisorMode.None, PagesToScan = 250 });
        Assert.Equal(["advisor_mode=none", "run=2", "max_page_sharing=64", "pages_to_scan=250"], _tree.Writes);
    }

    [Fact]
    public void Ending_the_advisor_keeps_a_wanted_pages_to_scan_that_stands_there_now()
    {
        _tree["advisor_mode"] = "none [scan-time]";
        _tree["pages_to_scan"] = "777";
        _store.Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 777 });
        Assert.Equal("777", _tree["pages_to_scan"]);
    }

    [Fact]
    public void A_whole_configuration_carries_the_advisors_own_choice_along_and_nothing_comes_of_it()
    {
        _tree["advisor_mode"] = "none [scan-time]";
        KsmConfiguration saved = _store.Read();
        _tree["pages_to_scan"] = "1234";
        Assert.Empty(_store.Apply(saved));
    }

    [Fact]
    public void Pages_to_scan_alone_belongs_to_the_advisor_while_it_runs()
    {
        _tree["advisor_mode"] = "none [scan-time]";
        Refuses(new KsmConfiguration { PagesToScan = 5 }, ErrorReason.KnobValueInvalid, "pages_to_scan");
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(uint.MaxValue)]
    public void A_value_out_of_range_is_found_before_anything_is_written(uint value) =>
        Refuses(new KsmConfiguration { SleepMilliseconds = 7, MaxPageSharing = value }, ErrorReason.KnobValueInvalid, "max_page_sharing");

    [Fact]
    public void A_run_state_that_does_not_exist_is_refused() =>
        Refuses(new KsmConfiguration { Run = (KsmRunState)3 }, ErrorReason.KnobValueInvalid, "run");

    [Fact]
    public void A_missing_knob_is_found_before_anything_is_written()
    {
        _tree["smart_scan"] = null;
        Refuses(new KsmConfiguration { SleepMilliseconds = 7, SmartScan = false }, ErrorReason.KnobNotSupported, "smart_scan");
    }

    [Theory]
    [InlineData(Errno.EBUSY, ErrorReason.KnobBusy)]
    [InlineData(Errno.EINVAL, ErrorReason.KnobValueInvalid)]
    [InlineData(Errno.EACCES, ErrorReason.AccessDenied)]
    [InlineData(Errno.EPERM, ErrorReason.AccessDenied)]
    [InlineData(Errno.EROFS, ErrorReason.AccessDenied)]
    [InlineData(Errno.EIO, ErrorReason.KernelIoError)]
    public void What_the_kernel_refuses_takes_back_what_was_written_before_it(Errno errno, ErrorReason reason)
    {
        _tree["pages_shared"] = "9";
        _tree["advisor_mode"] = "none [scan-time]";
        _tree["pages_to_scan"] = "500";
        _tree.Refusals["sleep_millisecs"] = errno;
        string before = _tree.Snapshot();
        var failure = Assert.Throws<KsmToolsException>(() => _store.Apply(new KsmConfiguration
        {
            AdvisorMode = KsmAdvisorMode.None,
            MaxPageSharing = 64,
            SleepMilliseconds = 7,
            Run = KsmRunState.Running,
        }));
        Assert.Equal(reason, failure.Reason);
        Assert.Contains(errno.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("max_page_sharing=64", _tree.Writes);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void A_take_back_that_fails_says_so_and_goes_on_with_the_rest()
    {
        _tree.Refusals["sleep_millisecs"] = Errno.EIO;
        var store = new KsmConfigurationStore(_tree);
        KsmConfiguration former = store.Read();
        _tree["sleep_millisecs"] = "1";
        _tree["smart_scan"] = "0";
        _tree["run"] = "1";
        (KsmKnob knob, KsmToolsException failure) = Assert.Single(store.TryPutBack(former, store.Read(), cause: null));
        Assert.Equal((KsmKnob.SleepMilliseconds, ErrorReason.StateRestoreFailed), (knob, failure.Reason));
        Assert.Equal("1", _tree["smart_scan"]);
        Assert.Equal("0", _tree["run"]);
    }

    [Fact]
    public void Putting_back_never_unmerges_the_host()
    {
        _tree["run"] = "2";
        KsmConfiguration former = _store.Read();
        _tree["run"] = "1";
        Assert.Empty(_store.TryPutBack(former, _store.Read(), cause: null));
        Assert.Equal(["run=0"], _tree.Writes);
    }

    [Fact]
    public void Without_ksm_the_error_says_so()
    {
        using var folder = new TemporaryFolder();
        var failure = Assert.Throws<KsmToolsException>(new KsmConfigurationStore(new KernelTree(folder.Path)).Read);
        Assert.Equal(ErrorReason.KsmNotSupported, failure.Reason);
    }

    private void Refuses(KsmConfiguration request, ErrorReason reason, string knob)
    {
        string before = _tree.Snapshot();
        var failure = Assert.Throws<KsmToolsException>(() => _store.Apply(request));
        Assert.Equal(reason, failure.Reason);
        Assert.EndsWith("/" + knob, Assert.IsType<string>(failure.Target), StringComparison.Ordinal);
        Assert.Empty(_tree.Writes);
        Assert.Equal(before, _tree.Snapshot());
    }
}
