using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Traces;
using KsmTools.Tracing.TraceDat.Writing;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tests.TraceDat;

/// <summary>Recordings made of the sub-buffers of real captures.</summary>
internal static class WrittenParts
{
    /// <summary>A recording whose end has not come yet.</summary>
    /// <param name="path">The file that it is to become.</param>
    /// <param name="folder">The captures' folder.</param>
    /// <param name="cpus">Which capture each CPU has; null for none.</param>
    public static RecordingFolder Make(string path, string folder, params (int Cpu, string? Name)[] cpus) => Fill(RecordingFolders.Make(path, replace: true), folder, cpus);

    /// <summary>Makes such a recording of one that has just begun.</summary>
    public static RecordingFolder Fill(RecordingFolder recording, string folder, params (int Cpu, string? Name)[] cpus)
    {
        TraceDatOutput.Begin(recording.File, Metadata(folder));
        foreach ((int cpu, string? name) in cpus)
        {
            using SafeFileHandle part = recording.MakePart(cpu);
            RandomAccess.Write(part, Data(folder, name), 0);
        }

        using SafeFileHandle symbols = recording.MakeSymbols();
        RandomAccess.Write(symbols, Maybe($"{folder}/kallsyms"), 0);
        using SafeFileHandle names = recording.MakeNames();
        RandomAccess.Write(names, Names(folder, cpus), 0);
        return recording;
    }

    /// <summary>What is known of it at its end.</summary>
    public static RecordedEnd End(string folder, params (int Cpu, string? Name)[] cpus)
    {
        byte[] list = Maybe($"{folder}/kallsyms");
        var symbols = new MentionedSymbols(list);
        foreach ((_, string? name) in cpus)
        {
            symbols.Look(Data(folder, name));
        }

        return new RecordedEnd { KernelSymbols = symbols.ToText(list), SavedCommands = Names(folder, cpus), Statistics = [(0, "entries: 1\noverrun: 0")] };
    }

    /// <summary>What is known of it when it begins.</summary>
    public static TraceDatMetadata Metadata(string folder) => new()
    {
        HeaderPage = File.ReadAllBytes(Captures.Data($"{folder}/header_page")),
        HeaderEvent = File.ReadAllBytes(Captures.Data("6.12-native/header_event")),
        SubBufferSize = 4096,
        Formats = [("rmap", [File.ReadAllBytes(Captures.Data($"{folder}/rmap_walk_start.format")), File.ReadAllBytes(Captures.Data($"{folder}/rmap_walk_end.format"))])],
        Clocks = "[local] global counter uptime perf mono mono_raw boot tai x86-tsc\n",
        Machine = "Linux host 6.12 x86_64",
        TraceId = 17,
        CpuCount = 8,
    };

    private static byte[] Data(string folder, string? name) => name is null ? [] : TraceHelp.Unpacked(Captures.Data($"{folder}/{name}.raw.gz"));

    private static byte[] Names(string folder, (int Cpu, string? Name)[] cpus) => [.. cpus.SelectMany(item => Maybe($"{folder}/{item.Name}.saved_cmdlines"))];

    private static byte[] Maybe(string file) => File.Exists(Captures.Data(file)) ? File.ReadAllBytes(Captures.Data(file)) : [];
}
