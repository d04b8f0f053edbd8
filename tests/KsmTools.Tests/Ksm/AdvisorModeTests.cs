using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>A kernel may have modes of the advisor that are not known here: they are words, and advisors.</summary>
public sealed class AdvisorModeTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();
    private readonly ModuleHost _host = new();
    private readonly KernelRoot _root;

    public AdvisorModeTests()
    {
        _root = new KernelRoot(_tree);
        _tree["advisor_mode"] = "none scan-time [psi-driven]";
    }

    public void Dispose()
    {
        _root.Dispose();
        _host.Dispose();
        _tree.Dispose();
    }

    [Theory]
    [InlineData("none scan-time [psi-driven]", "psi-driven")]
    [InlineData("psi-driven", "psi-driven")]
    [InlineData("[none] scan-time", "None")]
    [InlineData("none [scan-time]", "ScanTime")]
    [InlineData("[] none", "[] none")]
    [InlineData("none [scan-time] [other]", "none [scan-time] [other]")]
    [InlineData("", null)]
    public void What_the_file_shows_is_a_word_and_never_an_error(string text, string? mode)
    {
        _tree["advisor_mode"] = text;
        Assert.Equal(mode, new KsmConfigurationStore(_tree).Read().AdvisorMode);
        Assert.NotNull(_host.Run("Get-KsmStatus").Single<KsmStatus>().Diagnosis);
    }

    [Fact]
    public void It_is_among_the_states_of_the_metric() => Assert.Equal(
        ["ksm_config_advisor_mode{mode=\"None\"} 0", "ksm_config_advisor_mode{mode=\"ScanTime\"} 0", "ksm_config_advisor_mode{mode=\"psi-driven\"} 1"],
        string.Join('\n', _host.Run("Get-KsmConfiguration | ConvertTo-KsmMetric").All<string>()).Split('\n').Where(line => line.StartsWith("ksm_config_advisor_mode{", StringComparison.Ordinal)));

    [Fact]
    public void It_owns_pages_to_scan() =>
        Assert.Equal(ErrorReason.KnobValueInvalid, Assert.Throws<KsmToolsException>(() => new KsmConfigurationStore(_tree).Plan(new KsmConfiguration { PagesToScan = 7 })).Reason);

    [Fact]
    public void It_comes_back_after_a_while_without_it()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, "Invoke-KsmMerge"))
        {
            settings.Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096 });
            Assert.Equal("[none] scan-time psi-driven", _tree["advisor_mode"]);
        }

        Assert.Equal("none scan-time [psi-driven]", _tree["advisor_mode"]);
    }

    [Theory]
    [InlineData("psi-driven", "psi-driven")]
    [InlineData("ScanTime", "scan-time")]
    [InlineData("scan-time", "scan-time")]
    [InlineData("scantime", "scan-time")]
    [InlineData("1", "scan-time")]
    public void A_word_that_the_kernel_offers_is_set(string mode, string word)
    {
        _tree["advisor_mode"] = "[none] scan-time psi-driven";
        Assert.Equal(word, Assert.Single(new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { AdvisorMode = mode })).After);
        Assert.Equal(["advisor_mode=" + word], _tree.Writes);
    }

    [Fact]
    public void A_word_that_it_does_not_offer_is_refused_with_those_that_it_does()
    {
        var failure = Assert.Throws<KsmToolsException>(() => new KsmConfigurationStore(_tree).Plan(new KsmConfiguration { AdvisorMode = "bogus" }));
        Assert.Equal(ErrorReason.KnobValueInvalid, failure.Reason);
        Assert.Contains("None, ScanTime, psi-driven", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("none [a b] scan-time")]
    public void A_file_that_shows_no_word_can_be_set(string text)
    {
        _tree["advisor_mode"] = text;
        Assert.Contains("advisor_mode", _host.Run("Reset-KsmConfiguration -Verbose 4>&1 | Out-String").Single<string>(), StringComparison.Ordinal);
        Assert.Equal("none", KernelChoice.Of(_tree["advisor_mode"]!));
    }

    [Fact]
    public void An_advisor_that_ends_needs_no_write_of_what_the_kernel_puts_there()
    {
        _tree["pages_to_scan"] = "100";
        Assert.Equal(["AdvisorMode"], new KsmConfigurationStore(_tree).Plan(new KsmConfigurationStore(_tree).Defaults()).Select(change => change.Knob));
        Assert.Equal(["AdvisorMode", "PagesToScan"], new KsmConfigurationStore(_tree).Plan(new KsmConfiguration { AdvisorMode = "None", PagesToScan = 77 }).Select(change => change.Knob));
    }

    [Theory]
    [InlineData("[none] it's;$(x)", "'it''s;$(x)'")]
    [InlineData("[none] a\u001b[31mRED", null)]
    public void A_word_of_a_tree_is_completed_as_a_word_or_not_at_all(string words, string? completed)
    {
        _tree["advisor_mode"] = words;
        Assert.Equal(completed is null ? ["None"] : ["None", completed], _host.Run("(TabExpansion2 'Set-KsmConfiguration -AdvisorMode ').CompletionMatches.CompletionText").All<string>());
    }

    [Fact]
    public void Its_words_are_completed() => Assert.Equal(
        ["None", "ScanTime", "psi-driven"], _host.Run("(TabExpansion2 'Set-KsmConfiguration -AdvisorMode ').CompletionMatches.CompletionText").All<string>());
}
