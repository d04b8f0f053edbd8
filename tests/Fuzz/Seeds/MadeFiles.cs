using KsmTools.Tests.PerfData;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.TraceDat;
using KsmTools.Tracing.PerfData;

namespace KsmTools.Fuzz.Seeds;

/// <summary>Small files of the kinds of which every real one is large.</summary>
internal static class MadeFiles
{
    /// <summary>Two buffers of two CPUs with two sub-buffers each.</summary>
    public static byte[] TraceDat(bool bigEndian, int wordSize, int version, string compression)
    {
        var machine = new SubBufferWriter(bigEndian, wordSize, 256);
        var file = new TraceDatWriter(machine, version, compression);
        ulong time = 1000;
        foreach (string name in (string[])["", "other"])
        {
            file.Buffers.Add((name, "local", [.. Enumerable.Range(0, 2).Select(cpu => (byte[])[.. Page(cpu), .. Page(cpu)])]));
        }

        if (version == 6)
        {
            file.Options.Add((7, [.. "-100\0"u8]));
            file.Options.Add((14, [.. file.Number32(1000), .. file.Number32(3), .. file.Number64(0)]));
        }

        return file.Write();

        byte[] Page(int cpu)
        {
            time += 100;
            return machine.Event(time, machine.Record(SubBufferWriter.StartId, 42 + cpu, time, 0x1000, "ksm", locked: true))
                .Event(time + 50, machine.Record(SubBufferWriter.EndId, 42 + cpu, time, 0x1000, "ksm", locked: true)).Page();
        }
    }

    /// <summary>Recordings with samples of different parts, plain and packed.</summary>
    public static IEnumerable<(string Name, PerfDataWriter File, bool IsPacked)> Perf()
    {
        yield return ("plain", Recording(false, _ => { }), false);
        yield return ("big", Recording(true, _ => { }), false);
        yield return ("packed", Recording(false, _ => { }), true);
        yield return ("padded", Recording(true, _ => { }), true);
        yield return ("all-parts", Recording(false, file =>
        {
            file.Parts = (PerfSampleType)0x107FF;
            file.ReadFormat = PerfReadFormat.Group | PerfReadFormat.Id | PerfReadFormat.TimeEnabled | PerfReadFormat.TimeRunning | PerfReadFormat.Lost;
        }), false);
        yield return ("few-parts", Recording(true, file =>
        {
            file.Parts = PerfSampleType.Id | PerfSampleType.Time | PerfSampleType.Raw;
            file.SampleIdAll = false;
        }), false);
    }

    private static PerfDataWriter Recording(bool bigEndian, Action<PerfDataWriter> prepare)
    {
        var file = new PerfDataWriter(new SubBufferWriter(bigEndian, bigEndian ? 4 : 8, 4096));
        prepare(file);
        file.Name(0, 42, "before").NewThread(90, 43, 42).Name(100, 42, "worker");
        for (ulong time = 1000; time < 1400; time += 100)
        {
            file.Sample(start: true, time, 42, 0, time).Sample(start: false, time + 60, 43, 1, time, "anon");
            if (time % 200 == 0)
            {
                file.Round();
            }
        }

        return file.LostRecords(1500, 1, 5).Round().LostSampleCount(0, 7, 100).Add(file.Record(71, [.. file.U64(0), .. new byte[32]]));
    }
}
