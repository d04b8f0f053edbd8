using System.Globalization;
using System.Text;

namespace KsmTools.Benchmarks;

/// <summary>Writes text traces as the native tracepoints make them: several threads on several CPUs, interleaved walks, all page types.</summary>
internal static class TraceGenerator
{
    private static readonly string[] Commands = ["rmaplab", "kcompactd0", "kswapd0", "qemu-system-x86", "khugepaged", "Web Content"];
    private static readonly string[] Types = ["ksm", "anon", "anon", "file"];

    /// <summary>Writes a trace.</summary>
    /// <param name="path">The file.</param>
    /// <param name="events">How many events.</param>
    /// <param name="lostEnds">The share of ends that are left out; their starts stay open.</param>
    public static void Write(string path, int events, double lostEnds = 0)
    {
        var random = new Random(1);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        file.Write("# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:4\n#\n");
        long time = 20_000_000;
        var open = new Queue<(string Context, string Fields)>();
        for (int written = 0; written < events;)
        {
            time += random.Next(1, 9);
            int thread = random.Next(Commands.Length);
            int cpu = random.Next(4);
            if (open.Count == 0 || (open.Count < 4 && random.Next(2) == 0))
            {
                string context = string.Create(CultureInfo.InvariantCulture, $"{Commands[thread],16}-{190 + thread,-7} [{cpu:000}] ..... ");
                string fields = string.Create(
                    CultureInfo.InvariantCulture,
                    $"folio={random.NextInt64(1L << 32):x16} rwc={random.Next(64) * 64:x16} page_type={Types[random.Next(Types.Length)]} locked=false\n");
                Line(file, context, time, "start", fields);
                open.Enqueue((context, fields));
                written++;
                continue;
            }

            (string Context, string Fields) walk = open.Dequeue();
            if (random.NextDouble() >= lostEnds)
            {
                Line(file, walk.Context, time, "end", walk.Fields);
                written++;
            }
        }
    }

    private static void Line(StreamWriter file, string context, long microseconds, string kind, string fields)
    {
        file.Write(context);
        file.Write(string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000,5}.{microseconds % 1_000_000:000000}: rmap_walk_{kind}: "));
        file.Write(fields);
    }
}
