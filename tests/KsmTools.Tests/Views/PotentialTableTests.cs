using System.Globalization;
using KsmTools.Potential;

namespace KsmTools.Tests.Views;

public sealed class PotentialTableTests
{
    [Theory]
    [InlineData(1, null, "78.1 MiB")]
    [InlineData(0.1, null, "~78.1 MiB")]
    [InlineData(1, 4096L, "~78.1 MiB")]
    public void A_saving_that_is_not_one_number_is_marked(double sample, long? lower, string shown)
    {
        using var terminal = new TerminalHost(80, CultureInfo.InvariantCulture);
        var potential = new KsmPotential
        {
            Scope = KsmPotentialScope.Process,
            Id = 1,
            Name = "a",
            EligiblePages = 30_000,
            PagesRead = 30_000,
            PagesUnreadable = 0,
            Sample = sample,
            DuplicatePages = 20_000,
            ZeroPages = 0,
            SavedPages = 20_000,
            LowerSavedBytes = lower,
            UpperSavedBytes = lower,
            MetadataBytes = 0,
            MergeablePages = 0,
            MaxPageSharing = 256,
            UseZeroPages = false,
            FramesHidden = false,
            PageSize = 4096,
        };
        Assert.Equal(shown, terminal.Show("| Format-Table", potential).Last(line => line.Trim().Length > 0)[68..].Trim());
    }
}
