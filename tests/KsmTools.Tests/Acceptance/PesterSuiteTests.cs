using KsmTools.Tests.Support;

namespace KsmTools.Tests.Acceptance;

/// <summary>What becomes of a Pester file whose tests fail, are skipped, or never come to their end.</summary>
public sealed class PesterSuiteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_broken_It_fails_with_its_name_and_message_and_the_others_go_on()
    {
        IReadOnlyList<PesterResult> results = Run("Describe 'Numbers' { It 'adds' { 1 + 1 | Should -Be 3 -Because 'it was broken' }; It 'counts' { 1 | Should -Be 1 } }");
        Assert.Equal([("Numbers.adds", PesterResult.Failed), ("Numbers.counts", PesterResult.Passed)], results.Select(result => (result.Name, result.Result)));
        Assert.Contains("Expected 3, because it was broken, but got 2.", results[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_tests_are_all_skipped_is_skipped_and_says_why() =>
        Assert.Equal(
            [new PesterResult("One.Tests.ps1", "Numbers.adds", PesterResult.Skipped, "needs a calculator")],
            Run("Describe 'Numbers' { It 'adds' { Set-ItResult -Skipped -Because 'needs a calculator' } }"));

    [Theory]
    [InlineData("Describe 'Numbers' { BeforeAll { throw 'no numbers' }; It 'adds' { } }", "no numbers")]
    [InlineData("Describe 'Numbers' { It 'adds' { }", "Missing closing '}'")]
    [InlineData("'nothing'", "There is no test in it.")]
    [InlineData("Describe 'Numbers' { It 'adds' { [Environment]::Exit(0) } }", "exit code 0")]
    [InlineData("Describe 'Numbers' { It 'adds' { sh -c 'setsid sleep 1000 > /dev/null 2>&1 &' } }", "sleep 1000")]
    public void A_file_that_does_not_run_to_its_end_fails(string script, string message) =>
        Assert.Contains(Run(script), result => result.Result == PesterResult.Failed && result.Message!.Contains(message, StringComparison.Ordinal));

    private IReadOnlyList<PesterResult> Run(string script) => PesterSuite.Run(_folder.Write("One.Tests.ps1", script));
}
