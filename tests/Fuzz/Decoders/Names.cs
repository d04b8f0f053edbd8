using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Fuzz.Decoders;

/// <summary>The texts of <c>saved_cmdlines</c> and <c>kallsyms</c>.</summary>
internal sealed class Names : IFuzzedDecoder
{
    private static readonly ulong[] Addresses = [0, 1, 0xFFFF_FFFF_8100_0000, 0xFFFF_FFFF_8120_1234, 0xFFFF_FFFF_FFFF_FFFF];

    private readonly GuardedMemory _memory = new(1 << 16);

    public string Name => "names";

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        var threads = ThreadNames.Of(_memory.Place(input), reading.Symbols);
        for (int thread = -1; thread < 64; thread++)
        {
            CommandName name = threads.Find(thread);
            string text = name.ToString(reading.Symbols);
            Reading.Demand(text.Length <= Math.Max(16, input.Count), "a thread's name is the input's");
            reading.Note(text == "<...>" ? 0 : 1 + (text.Length / 16));
        }

        var symbols = new KernelSymbols(() => input, reading.Symbols);
        foreach (ulong address in Addresses)
        {
            See(address);
        }

        // Whatever addresses the text may have named.
        foreach (ulong address in MemoryMarshal.Cast<byte, ulong>(input.AsSpan(0, Math.Min(64, input.Count))))
        {
            See(address);
        }

        void See(ulong address)
        {
            KernelFunction function = symbols.Find(address);
            string text = reading.Symbols.Name(function.Number);
            Reading.Demand(text.Length <= Math.Max(16, input.Count), "a function's name is the input's, or its address");
            reading.Note((int?)function.PageType ?? -1);
        }
    }
}
