using KsmTools.Shell.CommandLine;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("-Command")]
    [InlineData("-c")]
    [InlineData("--command")]
    [InlineData("-COMM")]
    public void The_rest_of_the_line_is_the_command(string option) =>
        Assert.Equal("Get-Date -Year 2020", ShellOptionsParser.Parse(["-NoProfile", "-NoLogo", option, "Get-Date", "-Year", "2020"]).Command);

    [Fact]
    public void Switches_are_abbreviated_as_in_pwsh()
    {
        ShellOptions options = ShellOptionsParser.Parse(["-nop", "-nol", "-noni", "-noe", "-ex", "Bypass", "-o", "Text", "-wd", "/etc", "-c", "1"]);
        Assert.Null(options.Error);
        Assert.True(options.NonInteractive && options.NoExit && options.NoLogo);
        Assert.Equal("/etc", options.WorkingDirectory);
    }

    [Fact]
    public void A_script_takes_names_values_and_switches()
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write("s.ps1", "1");
        ShellOptions options = ShellOptionsParser.Parse([script, "-Name", "bob", "-Flag:$false", "-Text:", "t", "last"]);
        Assert.Equal(script, options.File);
        Assert.Equal(["-Name", null, "-Flag", "-Text:", null], options.Arguments.Select(argument => argument.Name is "-Text" ? "-Text:" : argument.Name));
        Assert.Equal([null, "bob", false, "t", "last"], options.Arguments.Select(argument => argument.Value));
    }

    [Theory]
    [InlineData("-Bogus")]
    [InlineData("-Command")]
    [InlineData("-File")]
    [InlineData("-OutputFormat", "Foo")]
    [InlineData("-OutputFormat", "XML")]
    [InlineData("-WorkingDirectory")]
    [InlineData("-EncodedCommand", "%")]
    [InlineData("no-such-file.ps1")]
    public void What_is_not_understood_is_an_error(params string[] arguments) => Assert.NotNull(ShellOptionsParser.Parse(arguments).Error);

    [Fact]
    public void Encoded_commands_are_decoded() =>
        Assert.Equal("1 + 1", ShellOptionsParser.Parse(["-e", Convert.ToBase64String(System.Text.Encoding.Unicode.GetBytes("1 + 1"))]).Command);
}
