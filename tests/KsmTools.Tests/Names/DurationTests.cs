using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Names;

/// <summary>Durations as people type them, also where PowerShell takes them for numbers of another kind.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("1.5s", 1_500_000)]
    [InlineData("2S", 2_000_000)]
    [InlineData("'2.25s'", 2_250_000)]
    [InlineData("150us", 150)]
    [InlineData("(150us)", 150)]
    [InlineData("0.5", 500_000)]
    [InlineData("3", 3_000_000)]
    [InlineData("'50\u00B5s'", 50)]
    [InlineData("50\u03BCs", 50)]
    [InlineData("2ms", 2_000)]
    [InlineData("00:00:01.5", 1_500_000)]
    public void A_duration_is_what_it_looks_like(string typed, int microseconds)
    {
        using var host = new ModuleHost();
        Assert.Equal(Walks(host, typed), Walks(host, $"([timespan]::FromMicroseconds({microseconds}))"));
    }

    // What was behind the point is gone by then, and half a second would be none at all.
    [Theory]
    [InlineData("$p = @{ MinimumDuration = 0.5s }")]
    [InlineData("$x = 2s; $p = @{ MinimumDuration = $x }")]
    [InlineData("$p = @{ After = 38.2s }")]
    public void What_PowerShell_made_of_it_is_not_taken_for_what_was_typed(string parameters)
    {
        using var host = new ModuleHost();
        System.Management.Automation.ErrorRecord error = Assert.Single(host.Run($"{parameters}; Import-RmapTrace '{Captures.Data("6.12-native/ksm.trace.txt")}' -AsWalk @p").Errors);
        Assert.Contains("quote it", error.ToString(), StringComparison.Ordinal);
    }

    // Between the durations of these walks, 22 to 1,720,814 microseconds.
    private static string Walks(ModuleHost host, string duration) => host
        .Run($"(Import-RmapTrace '{Captures.Data("6.12-native/ksm.trace.txt")}', '{Captures.Data("6.12-native/anon.trace.txt")}' -AsWalk -MinimumDuration {duration}).DurationMicroseconds -join ' '")
        .Single<string>();
}
