namespace KsmTools.Tests.Acceptance;

/// <summary>The acceptance suite in the real pwsh. Every It is a test here, with its name, and takes its turn: one test at a time changes the kernel's settings.</summary>
public sealed class PesterTests
{
    /// <summary>Runs the suite, when its turn has come and not when tests are discovered.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string?>> Its()
    {
        foreach (string file in PesterSuite.Files)
        {
            foreach (PesterResult it in PesterSuite.Run(file))
            {
                string name = $"{Path.GetFileName(file)}: {it.Name}";
                yield return new(name, it.Result, it.Message) { TestDisplayName = name, Label = string.Empty };
            }
        }
    }

    [Theory]
    [MemberData(nameof(Its), DisableDiscoveryEnumeration = true)]
    public void It(string name, string result, string? message)
    {
        Assert.SkipWhen(result == PesterResult.Skipped, message ?? "switched off");
        if (result != PesterResult.Passed)
        {
            Assert.Fail($"{name}: {message}");
        }
    }
}
