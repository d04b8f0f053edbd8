using KsmTools.Views;

namespace KsmTools.Tests.Memory;

public sealed class HumanSizeTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData(0L, "0 B")]
    [InlineData(1023L, "1023 B")]
    [InlineData(-1L, "-1 B")]
    [InlineData(1024L, "1.0 KiB")]
    [InlineData(81_920_000L, "78.1 MiB")]
    [InlineData(-1_288_490_188L, "-1.2 GiB")]
    [InlineData(1_048_575L, "1.0 MiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    [InlineData(long.MinValue, "-8.0 EiB")]
    public void Bytes_are_shown_in_the_largest_unit(long? bytes, string text) => Assert.Equal(text, HumanSize.Format(bytes));
}
