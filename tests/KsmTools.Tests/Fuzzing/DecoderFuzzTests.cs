using KsmTools.Fuzz;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Fuzzing;

/// <summary>A few thousand damaged inputs for each decoder, the same ones every time; <c>tests/Fuzz</c> has as many as one likes.</summary>
public sealed class DecoderFuzzTests(ITestOutputHelper output)
{
    private const long Inputs = 4000;

    public static TheoryData<string> Decoders => [.. KsmTools.Fuzz.Fuzzing.Decoders];

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Damage_never_breaks_a_decoder(string decoder)
    {
        using var folder = new TemporaryFolder();
        FuzzResult result = KsmTools.Fuzz.Fuzzing.Run(decoder, Inputs, folder.Path, output.WriteLine);
        output.WriteLine(result.ToString());
        Assert.Null(result.Broken);
        Assert.Equal(Inputs, result.Inputs);
        Assert.True(result.Kinds > 10, "the inputs are not all alike");
    }
}
