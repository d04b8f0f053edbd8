namespace KsmTools.Fuzz;

/// <summary>Short runs, for tests.</summary>
public static class Fuzzing
{
    /// <summary>The decoders' names.</summary>
    public static IReadOnlyList<string> Decoders { get; } = [.. FuzzedDecoders.All.Select(decoder => decoder.Name)];

    /// <summary>Feeds a decoder with so many inputs, the same ones every time.</summary>
    /// <param name="decoder">Its name.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="findings">A folder for what broke it.</param>
    /// <param name="say">Takes what there is to say.</param>
    public static FuzzResult Run(string decoder, long inputs, string findings, Action<string> say)
    {
        IFuzzedDecoder found = FuzzedDecoders.Find(decoder) ?? throw new ArgumentException($"There is no decoder {decoder}.", nameof(decoder));
        using var run = new FuzzRun(found, new FuzzOptions([found]) { Inputs = inputs, Findings = findings }, say);
        return run.Run();
    }
}
