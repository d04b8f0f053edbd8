using KsmTools.Fuzz;
using KsmTools.Fuzz.Seeds;

FuzzOptions options;
try
{
    options = FuzzOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(FuzzOptions.Usage);
    return FuzzExitCodes.BadCommandLine;
}

if (options.Captures is not null)
{
    SeedWriter.Write(options.Captures, options.Corpus);
    return 0;
}

if (options.CrashFile is not null)
{
    FuzzRun.Replay(options.Decoders[0], LastInput.Read(options.CrashFile));
    Console.WriteLine("It is decoded as it should be.");
    return 0;
}

bool isBroken = false;
foreach (IFuzzedDecoder decoder in options.Decoders)
{
    using var run = new FuzzRun(decoder, options, Console.WriteLine);
    FuzzResult result = run.Run();
    Console.WriteLine($"done: {result}");
    isBroken |= result.Broken is not null;
}

return isBroken ? FuzzExitCodes.Broken : 0;
