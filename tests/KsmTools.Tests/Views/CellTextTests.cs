using System.Globalization;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using KsmTools.Records;
using KsmTools.Support;
using KsmTools.Tests.Support;
using KsmTools.Views;

namespace KsmTools.Tests.Views;

public sealed class CellTextTests
{
    [Theory]
    [InlineData("one two three", 8, "one two\nthree")]
    [InlineData("remove_migration_ptes", 17, "remove_migration_\nptes")]
    [InlineData("try_to_migrate", 14, "try_to_migrate")]
    [InlineData("0-27,56-83,112-139", 12, "0-27,56-83,\n112-139")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", 8, "aaaaaaaa\naaaaaaaa\naaaa")]
    [InlineData("see /sys/kernel/mm/ksm/run", 12, "see /sys/\nkernel/mm/\nksm/run")]
    [InlineData("any width", 0, "any width")]
    [InlineData("\U0001F600\U0001F601\U0001F602\U0001F603\U0001F604", 9, "\U0001F600\U0001F601\U0001F602\U0001F603\n\U0001F604")]
    [InlineData("aaaaaaae\u0301", 8, "aaaaaaa\ne\u0301")]
    [InlineData("漢字漢字漢字", 8, "漢字漢字\n漢字")]
    [InlineData("", 10, "")]
    public void Breaks_between_words_and_after_what_joins_them(string text, int width, string shown) => Assert.Equal(shown, CellText.Wrap(text, width));

    [Fact]
    public void Each_text_of_a_list_begins_a_line() => Assert.Equal("run: 0 to 1\nthat is the\nreason", CellText.Wrap(new object?[] { "run: 0 to 1", null, "that is the reason" }, 11));

    [Fact]
    public void The_last_column_has_what_is_left_but_the_terminal_s_last_one()
    {
        using var terminal = new TerminalHost(40, CultureInfo.InvariantCulture);
        Assert.Equal("one two\nthree", CellText.Last("one two three", 31, terminal));
    }

    [Fact]
    public void What_a_host_does_not_say_breaks_nothing() => Assert.Equal("one two three", CellText.Last("one two three", 31, null));

    [Fact]
    public void What_a_host_throws_breaks_nothing() => Assert.Equal("one two three", CellText.Last("one two three", 31, new HostWithoutScreen()));

    // As in ForEach-Object -Parallel, whose runspaces have no terminal.
    [Fact]
    public void Without_a_terminal_nothing_is_left_out_in_strict_mode()
    {
        using var shell = System.Management.Automation.PowerShell.Create(InitialSessionState.CreateDefault2());
        shell.AddScript($"Set-StrictMode -Version Latest; Import-Module '{Checkout.Manifest}'; $input | Out-String");
        var shown = new KsmCapability { Area = "Merging", Name = "a", Available = false, Reason = "why it is not" };
        Assert.Contains("why it is not", shell.Invoke<string>(new[] { shown }).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_are_escaped() => Assert.Equal(@"a\x1bb", CellText.Wrap("a\u001bb", 20));

    [Theory]
    [InlineData(705_120_000.0, RmapTimeUnit.Nanoseconds, "705.12 ms")]
    [InlineData(999_990_000_000.0, RmapTimeUnit.Nanoseconds, "999.99 s")]
    [InlineData(999_999_000_000.0, RmapTimeUnit.Nanoseconds, "1000.00 s")]
    [InlineData(1_007_125_000_000.0, RmapTimeUnit.Nanoseconds, "1007.1 s")]
    [InlineData(99_999_940_000_000.0, RmapTimeUnit.Nanoseconds, "99999.9 s")]
    [InlineData(99_999_960_000_000.0, RmapTimeUnit.Nanoseconds, "100000 s")]
    [InlineData(999_999_400_000_000.0, RmapTimeUnit.Nanoseconds, "999999 s")]
    [InlineData(1_000_000_000_000_000.0, RmapTimeUnit.Nanoseconds, "12 d")]
    [InlineData((double)long.MaxValue, RmapTimeUnit.Nanoseconds, "106752 d")]
    [InlineData((double)long.MaxValue, RmapTimeUnit.Ticks, "9.22 E")]
    [InlineData(773_333.333, RmapTimeUnit.Ticks, "773333.33")]
    [InlineData(2_115_360_000.0, RmapTimeUnit.Ticks, "2.12 G")]
    [InlineData(999_999_999_999_999.0, RmapTimeUnit.Ticks, "1.00 P")]
    [InlineData(999_499_999.0, RmapTimeUnit.Ticks, "999 M")]
    [InlineData(999_500_000.0, RmapTimeUnit.Ticks, "1.00 G")]
    [InlineData(null, RmapTimeUnit.Nanoseconds, "")]
    public void A_duration_in_a_column_has_at_most_nine_characters(double? value, RmapTimeUnit unit, string shown)
    {
        Assert.Equal(shown, DurationCell.Format(value, unit));
        Assert.True(shown.Length <= 9);
    }

    private sealed class HostWithoutScreen() : BareHost(new Mute(), CultureInfo.InvariantCulture)
    {
        private sealed class Mute() : BareUserInterface(null)
        {
            public override PSHostRawUserInterface RawUI => throw new NotSupportedException();
        }
    }
}
