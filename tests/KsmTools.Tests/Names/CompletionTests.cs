using System.Management.Automation;
using System.Management.Automation.Language;
using KsmTools.Completers;
using KsmTools.Ksm;
using KsmTools.Tests.KsmProcesses;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Names;

/// <summary>A completion is code that its user runs: it means the name, whoever chose it.</summary>
public sealed class CompletionTests : IDisposable
{
    private const string Busy = "ksm_rmap_items 300\nksm_zero_pages 0\nksm_merging_pages 256\nksm_process_profit 1029376\nksm_merge_any: no\nksm_mergeable: yes\n";

    private readonly FakeProcesses _fake = new();
    private readonly ModuleHost _host = new();

    public CompletionTests() => Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", _fake.Path);

    public static TheoryData<string> Names =>
    [
        "plain", "kworker/0:1-ev", "two words", "it's", "q\u2018s", "q\u2019s", "q\u201As", "q\u201Bs", "d\"q", "d\u201Cq", "d\u201Dq", "d\u201Eq", "';exit #", "\u2019;exit #",
        "$(exit)", "`$x", "a`b", "a``b", "[ab]", "a*?", "`[x`]", "@args", "-All", "--%", "#x", "%x", "~x", "1e3", "0x10", "007", "42", "\u2013All", "a\u00A0b", "日本",
    ];

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", null);
        _host.Dispose();
        _fake.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_completed_names_the_process_and_no_other(string name)
    {
        _fake.Add(50, name, Busy).Add(51, "ab", Busy).Add(52, "other", Busy);
        string text = Assert.Single(Complete("Get-KsmProcess -Name "), completion => completion.ListItemText == name).CompletionText;
        Assert.Equal(50, _host.Run($"Get-KsmProcess -Name {text}").Single<KsmProcess>().Id);
        Assert.Equal(50, _host.Run($"Get-KsmProcess {text}").Single<KsmProcess>().Id);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_completed_is_one_text(string name)
    {
        string text = new CompletedWord(string.Empty).With(name)!.CompletionText;
        ScriptBlockAst script = Parser.ParseInput("Get-KsmTrace -Name " + text, out _, out ParseError[] errors);
        Assert.Empty(errors);
        var command = Assert.IsType<CommandAst>(Assert.Single(Assert.IsType<PipelineAst>(Assert.Single(script.EndBlock.Statements)).PipelineElements));
        Assert.Equal(3, command.CommandElements.Count);
        Assert.Equal(name, Assert.IsAssignableFrom<ConstantExpressionAst>(command.CommandElements[2]) is StringConstantExpressionAst word ? word.Value : command.CommandElements[2].Extent.Text);
    }

    [Theory]
    [InlineData("two words", "two")]
    [InlineData("two words", "'two w")]
    [InlineData("two words", "\"two w")]
    [InlineData("two words", "'two words'")]
    [InlineData("two words", "\u2018two w")]
    [InlineData("it's", "'it''s")]
    [InlineData("[ab]", "'[a")]
    [InlineData("[ab]", "'`[a")]
    public void What_was_typed_may_have_quotes(string name, string word) => Assert.NotNull(new CompletedWord(word, takesWildcards: true).With(name));

    [Fact]
    public void A_name_that_a_terminal_obeys_is_not_offered_and_its_process_is()
    {
        _fake.Add(50, "\u001b]0;x\a\u001b[2Jy", Busy).Add(51, "r\u202ed", Busy).Add(52, string.Empty, Busy);
        Assert.Empty(Complete("Get-KsmProcess -Name "));
        CompletionResult[] ids = [.. Complete("Get-KsmProcess -Id ")];
        Assert.Equal(["50", "51", "52"], ids.Select(id => id.CompletionText));
        Assert.All(ids, id => Hostile.AssertHarmless(id.ToolTip));
        Assert.Contains(@"\x1b]0;x", ids[0].ToolTip, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_of_a_completion_is_escaped() => Assert.Equal(Hostile.Shown, new CompletedWord(null).With("x", Hostile.Name)!.ToolTip);

    private IEnumerable<CompletionResult> Complete(string line) => _host.Run($"(TabExpansion2 '{line}').CompletionMatches").All<CompletionResult>();
}
