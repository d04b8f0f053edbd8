using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Tests.Names;

/// <summary>Errors, warnings, verbose text, progress and prompts about names that try to write to the terminal.</summary>
public sealed class MessageTests
{
    [Fact]
    public void A_failure_of_the_library_is_escaped_and_its_target_is_not()
    {
        var failure = new KsmToolsException(ErrorReason.ProcessNotFound, Hostile.Name, $"No {Hostile.Name}.", $"Look at {Hostile.Name}.");
        Assert.Equal($"No {Hostile.Shown}.", failure.Message);
        Assert.Equal($"Look at {Hostile.Shown}.", failure.RecommendedAction);
        Assert.Equal(Hostile.Name, failure.Target);
    }

    [Fact]
    public void A_message_made_of_names_is_escaped()
    {
        Assert.Equal(Hostile.Shown, Text.Format("{0}", Hostile.Name));
        Assert.Equal(Hostile.Shown, MessageText.Format("{0}", Hostile.Name));
    }

    [Theory]
    [InlineData(TellKind.Failure)]
    [InlineData(TellKind.Error)]
    [InlineData(TellKind.End)]
    public void An_error_is_escaped_and_its_target_is_not(TellKind kind)
    {
        ErrorRecord error = Assert.Single(new ListeningHost().Run($"Test-Told {kind}"));
        Assert.Equal($"Cannot find '{Hostile.Shown}'.", $"{error}");
        Assert.Contains(Hostile.Shown, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(Hostile.Shown, error.CategoryInfo.TargetName);
        Hostile.AssertHarmless(error.CategoryInfo.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(Hostile.Name, error.TargetObject);
    }

    [Theory]
    [InlineData("NormalView")]
    [InlineData("ConciseView")]
    [InlineData("CategoryView")]
    public void Every_view_of_an_error_is_harmless(string view)
    {
        var host = new ListeningHost();
        Assert.Empty(host.Run($"$ErrorView = '{view}'; Test-Told Failure 2>&1 | Out-String -Width 500; Test-Told Error 2>&1 | Out-String -Width 500"));
        Assert.All(host.Heard, Hostile.AssertHarmless);
        Assert.All(host.Heard, text => Assert.Contains(@"\x1b]0;", text, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_command_tells_is_escaped()
    {
        var host = new ListeningHost();
        Assert.Empty(host.Run("Test-Told Text -Verbose"));
        Assert.Equal([Hostile.Shown, Hostile.Shown, Hostile.Shown, Hostile.Shown, Hostile.Shown, Hostile.Shown, " ", string.Empty], host.Heard);
    }

    [Theory]
    [InlineData("-WhatIf", 2)]
    [InlineData("-Confirm", 4)]
    [InlineData("-Verbose", 2)]
    public void What_a_command_asks_is_escaped(string how, int count)
    {
        var host = new ListeningHost();
        Assert.Empty(host.Run($"Test-Told Question {how}"));
        Assert.Equal(count, host.Heard.Count);
        Assert.All(host.Heard, Hostile.AssertHarmless);
        Assert.Equal(2, host.Heard.Count(text => text.Contains(Hostile.Shown, StringComparison.Ordinal)));
    }
}
