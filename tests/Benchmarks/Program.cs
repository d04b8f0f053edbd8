using BenchmarkDotNet.Running;
using KsmTools.Benchmarks;

using var mounts = new PeerMounts();
switch (args)
{
    case ["peers"]:
        new Peers(3_000_000).Run();
        return 0;
    case ["peers", var events] when int.TryParse(events, out int count) && count >= 1000:
        new Peers(count).Run();
        return 0;
    case ["text"]:
        new Peers(3_000_000).RunText();
        return 0;
    case ["trace-dat"]:
        new Peers(0).RunTraceDat();
        return 0;
    case ["record"]:
        new Peers(0).RunRecord();
        return 0;
    case ["potential"]:
        new Peers(0).RunPotential();
        return 0;
    case ["perf"]:
        new Peers(0).RunPerf();
        return 0;
    case ["micro", ..]:
        BenchmarkRunner.Run([typeof(InnerLoops), typeof(SubBufferLoops), typeof(WalkLoops)], args: args[1..]);
        return 0;
    case ["generate", var path, var events] when int.TryParse(events, out int count):
        TraceGenerator.Write(path, count);
        return 0;
    case ["measure", var path]:
        Measured.PrintSelf(path);
        return 0;
    case ["start"]:
        new Peers(0).RunStart();
        return 0;
    default:
        Console.Error.WriteLine("""
            peers [events]          one table: every figure beside its peer's, on traces that are generated (3,000,000 events)
            text                    the rows of that table about text of tracefs
            trace-dat               the rows of that table about trace.dat files
            record                  the rows of that table about recording a session
            start                   the rows of that table about Import-Module and the start of ksmsh
            potential               the row of that table about reading memory
            perf                    the rows of that table about perf.data and perf script
            micro                   the inner loops and the model's walks, with what they allocate
            generate <path> <events>  writes such a trace
            measure <path>          measures a trace; prints seconds and the largest working set in MiB
            """);
        return 1;
}
