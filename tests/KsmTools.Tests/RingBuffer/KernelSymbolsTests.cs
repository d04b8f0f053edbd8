using KsmTools.Records;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.RingBuffer;

public sealed class KernelSymbolsTests
{
    [Theory]
    [InlineData(0xfff, "fff")]
    [InlineData(0x1000, "one")]
    [InlineData(0x1fff, "one")]
    [InlineData(0x2000, "two")]
    [InlineData(0x102000, "two")]
    [InlineData(0x102001, "102001")]
    [InlineData(ulong.MaxValue, "ffffffffffffffff")]
    public void An_address_is_in_the_function_before_it_unless_that_is_too_far(ulong address, string expected)
    {
        var symbols = new SymbolTable();
        var functions = new KernelSymbols(() => "0000000000001000 T one\n0000000000002000 t two\n"u8.ToArray(), symbols);
        Assert.Equal(expected, symbols.Name(functions.Find(address).Number));
    }
}
