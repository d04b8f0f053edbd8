namespace KsmTools.Fuzz;

/// <summary>A decoder that is fed with damaged input.</summary>
internal interface IFuzzedDecoder
{
    /// <summary>What the command line calls it; its seeds are in the folder of this name.</summary>
    string Name { get; }

    /// <summary>Decodes an input of any contents, tells what came of it, and checks what the decoder promises beyond that.</summary>
    /// <param name="input">The input.</param>
    /// <param name="reading">Takes records and failures.</param>
    void Decode(ArraySegment<byte> input, Reading reading);
}
