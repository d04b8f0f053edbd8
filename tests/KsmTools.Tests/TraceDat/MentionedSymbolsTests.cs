using System.Text;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceDat.Writing;

namespace KsmTools.Tests.TraceDat;

/// <summary>A list of symbols that is shortened to those that something points to says the same of all of that.</summary>
public sealed class MentionedSymbolsTests
{
    private const ulong Kernel = 0xffffffff81000000;
    private const ulong Module = 0xffffffffc0201000;

    private const string Few = """
        0000000000001000 A cpu_debug_store
        ffffffff81000000 T _text
        ffffffff81000000 T startup
        ffffffff81000100 t first
        ffffffff81000180 r table_in_first
        ffffffff81000200 W second
        ffffffff81000300 t $x
        ffffffffc0201000 t init	[module]
        ffffffffc0202000 d data	[module]

        """;

    [Theory]
    [InlineData(Kernel, "_text startup first")]
    [InlineData(Kernel + 0x17f, "first table_in_first")]
    [InlineData(Kernel + 0x190, "first table_in_first second")]
    [InlineData(Kernel + 0x310, "second init")]
    [InlineData(Module + 0xfff, "init data")]
    [InlineData(Module + 0x2000, "init data")]
    [InlineData(Kernel - 1, "")]
    [InlineData(0x1000ul, "")]
    public void A_word_keeps_what_it_points_into_and_what_comes_behind_it(ulong word, string names)
    {
        // Where in the sub-buffer it is makes no difference, as long as it is aligned as fields are.
        for (int at = 0; at <= 40; at += sizeof(uint))
        {
            byte[] bytes = new byte[48];
            BitConverter.TryWriteBytes(bytes.AsSpan(at), word);
            Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), Names(Kept(Few, bytes)));
        }
    }

    [Fact]
    public void Every_word_finds_in_the_short_list_what_it_finds_in_the_long_one()
    {
        var random = new Random(18);
        for (int round = 0; round < 200; round++)
        {
            string list = string.Concat(Enumerable.Range(0, random.Next(1, 60))
                .Select(index => (Address: (random.Next(2) == 0 ? Kernel : Module) + ((ulong)random.Next(40) * 64), Type: "tTwWdDrRA"[random.Next(9)], Name: $"symbol{index}"))
                .Select(symbol => $"{symbol.Address:x} {symbol.Type} {symbol.Name}\n"));
            ulong[] words = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(3) == 0 ? (ulong)random.NextInt64() : (random.Next(2) == 0 ? Kernel : Module) + (ulong)random.Next(-64, 4000))];
            byte[] bytes = new byte[(words.Length * sizeof(ulong)) + sizeof(uint)];
            Buffer.BlockCopy(words, 0, bytes, random.Next(2) * sizeof(uint), words.Length * sizeof(ulong));
            string kept = Kept(list, bytes);
            foreach (ulong word in words)
            {
                Assert.Equal(Before(list, word, functionsOnly: false), Before(kept, word, functionsOnly: false));
                Assert.Equal(Before(list, word, functionsOnly: true), Before(kept, word, functionsOnly: true));
            }
        }
    }

    [Fact]
    public void What_was_loaded_meanwhile_is_kept_whole_and_what_has_gone_as_far_as_it_is_pointed_to()
    {
        byte[] bytes = new byte[16];
        BitConverter.TryWriteBytes(bytes.AsSpan(0), Module + 8);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), Kernel + 0x208);
        const string Now = """
            ffffffff81000000 T _text
            ffffffff81000100 t first
            ffffffff81000200 W second
            ffffffffc0301000 t other	[new]
            ffffffffc0302000 t another	[new]

            """;
        Assert.Equal(["second", "other", "another", "init", "data"], Names(Kept(Few, bytes, Now)));
    }

    [Fact]
    public void Where_addresses_are_hidden_there_is_nothing_to_keep()
    {
        byte[] bytes = new byte[4096];
        Array.Fill(bytes, byte.MaxValue);
        Assert.Empty(Kept(string.Empty, bytes));
        Assert.Empty(Kept("0000000000000000 T _text\n0000000000000000 t first\n", bytes));
    }

    private static string Kept(string list, byte[] bytes, string? now = null)
    {
        var symbols = new MentionedSymbols(Encoding.ASCII.GetBytes(list));
        symbols.Look(bytes);
        return Encoding.ASCII.GetString((now is null ? symbols.ToText() : symbols.ToText(Encoding.ASCII.GetBytes(now))).Span);
    }

    private static string[] Names(string list) => [.. list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', '\t')[2])];

    // All names of the greatest address up to a word.
    private static string Before(string list, ulong word, bool functionsOnly)
    {
        var found = new SortedDictionary<ulong, string>();
        var lines = new SymbolLines(Encoding.ASCII.GetBytes(list));
        while (lines.MoveNext())
        {
            if (lines.IsPlace && lines.Address <= word && (lines.IsFunction || !functionsOnly))
            {
                found[lines.Address] = found.GetValueOrDefault(lines.Address) + list[lines.NameStart..lines.End];
            }
        }

        return found.Count == 0 ? string.Empty : found.Last().Value;
    }
}
