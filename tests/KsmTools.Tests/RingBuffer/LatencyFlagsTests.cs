using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.RingBuffer;

/// <summary>The five characters of <c>trace_print_lat_fmt</c> (kernel/trace/trace_output.c).</summary>
public sealed class LatencyFlagsTests
{
    [Theory]

    // Interrupts and bottom halves.
    [InlineData(0x00, 0x00, ".....")]
    [InlineData(0x01, 0x00, "d....")]
    [InlineData(0x80, 0x00, "b....")]
    [InlineData(0x81, 0x00, "D....")]

    // What is to be scheduled.
    [InlineData(0x02, 0x00, ".l...")]
    [InlineData(0x04, 0x00, ".n...")]
    [InlineData(0x06, 0x00, ".b...")]
    [InlineData(0x20, 0x00, ".p...")]
    [InlineData(0x22, 0x00, ".L...")]
    [InlineData(0x24, 0x00, ".N...")]
    [InlineData(0x26, 0x00, ".B...")]

    // Where it was: an interrupt within bottom halves is H, an NMI within an interrupt Z.
    [InlineData(0x08, 0x00, "..h..")]
    [InlineData(0x10, 0x00, "..s..")]
    [InlineData(0x18, 0x00, "..H..")]
    [InlineData(0x40, 0x00, "..z..")]
    [InlineData(0x48, 0x00, "..Z..")]
    [InlineData(0x50, 0x00, "..z..")]
    [InlineData(0x58, 0x00, "..Z..")]

    // Depths, hexadecimal.
    [InlineData(0x00, 0x01, "...1.")]
    [InlineData(0x00, 0x10, "....1")]
    [InlineData(0x00, 0xA9, "...9a")]
    [InlineData(0x19, 0xFF, "d.Hff")]
    public void Every_bit_has_its_character(int flags, int preemptCount, string expected)
    {
        ulong spelled = LatencyFlags.Spell(flags, preemptCount);
        Assert.Equal(expected, string.Concat(Enumerable.Range(0, 5).Select(i => (char)(byte)(spelled >> (8 * i)))));
    }
}
