using KsmTools.Interop;

namespace KsmTools.Tests.Files;

public sealed class RandomBytesTests
{
    [Fact]
    public void The_kernel_fills_all_of_a_buffer()
    {
        byte[] first = new byte[5000];
        byte[] second = new byte[5000];
        RandomBytes.Fill(first);
        RandomBytes.Fill(second);
        Assert.NotEqual(first, second);

        // 5000 bytes, of which each is 0 once in 256 times.
        Assert.All([first, second], bytes => Assert.InRange(bytes.Count(value => value == 0), 1, 100));
        Assert.Contains(first[^40..], value => value != 0);
        RandomBytes.Fill([]);
    }
}
