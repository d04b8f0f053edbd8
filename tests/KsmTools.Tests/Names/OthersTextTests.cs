using System.Management.Automation.Language;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Potential;
using KsmTools.Tests.KsmProcesses;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Names;

/// <summary>What others wrote and messages or commands are made of: who holds a lock, how a process was started.</summary>
public sealed class OthersTextTests
{
    [Fact]
    public void Who_holds_a_lock_is_escaped()
    {
        using var tree = new FakeKsmTree();
        using var taken = CommandLock.Take(tree, CommandLock.Settings, Hostile.Name);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => CommandLock.Take(tree, CommandLock.Settings, "Set-KsmConfiguration"));
        Assert.Equal(ErrorReason.KnobBusy, failure.Reason);
        Assert.Contains(Hostile.Shown, failure.Message, StringComparison.Ordinal);
        Hostile.AssertHarmless(failure.Message);
    }

    [Theory]
    [InlineData("it's", "it's")]
    [InlineData("a\u2019; Remove-Item x #", "a\u2019; Remove-Item x #")]
    [InlineData("\u2018\u201A\u201B", "\u2018\u201A\u201B")]
    [InlineData("a\u001bb", @"a\x1bb")]
    public void A_command_to_type_has_what_a_process_was_started_with_as_text(string argument, string typed)
    {
        using var fake = new FakeProcesses();
        fake.Write(50, "cmdline", $"/bin/{argument}\0{argument}\0");
        string command = new EnableAdvice(fake.Kernel, ksmdRuns: true).For(50, mergeable: false)!;
        ScriptBlockAst script = Parser.ParseInput(command, out _, out ParseError[] errors);
        Assert.Empty(errors);
        Assert.Equal(
            [$"/bin/{typed}", typed],
            script.FindAll(node => node is StringConstantExpressionAst { StringConstantType: StringConstantType.SingleQuoted }, searchNestedScriptBlocks: true).Cast<StringConstantExpressionAst>().Select(text => text.Value));
        Assert.Single(script.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true));
    }
}
