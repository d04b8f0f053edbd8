using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>Reads what a trace.dat file says of a session.</summary>
internal static class SessionMetadata
{
    private const string FtraceEvents = "events/ftrace";

    /// <summary>Reads it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="subBufferSize">Bytes of a sub-buffer.</param>
    /// <exception cref="KsmToolsException">A file that must be there is not, or cannot be read.</exception>
    public static TraceDatMetadata Read(TraceSession session, int subBufferSize)
    {
        TraceFs tracing = session.Tracing;
        string clocks = Encoding.ASCII.GetString(Needed(session.Instance, TraceInstance.Clock).Span);
        TraceFolder headers = session.Instance.Exists("events/header_page") ? session.Instance : tracing;
        return new TraceDatMetadata
        {
            HeaderPage = Needed(headers, "events/header_page"),
            HeaderEvent = Needed(headers, "events/header_event"),
            SubBufferSize = subBufferSize,
            FtraceFormats = [.. tracing.Folders(FtraceEvents).Select(name => tracing.ReadBytes($"{FtraceEvents}/{name}/format")).Where(format => !format.IsEmpty)],
            Formats = [.. session.Record.Events
                .GroupBy(name => name[..name.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal)
                .Select(system => (system.Key, (IReadOnlyList<ReadOnlyMemory<byte>>)[.. system.Select(name => Needed(session.Instance, $"events/{name}/format"))]))],
            PrintkFormats = tracing.ReadBytes("printk_formats"),
            Clocks = clocks,
            TraceId = TraceDatId.Of(tracing.Kernel.ReadText("/proc/sys/kernel/random/boot_id"), TraceClock.Selected(clocks), $"{session.Name} {session.Time}"),
            Machine = MachineOf(session),
            CpuCount = session.Instance.Cpus.DefaultIfEmpty(0).Max() + 1,
        };
    }

    /// <summary>What the kernel counts, for each CPU.</summary>
    public static IReadOnlyList<(int Cpu, string Text)> Statistics(TraceSession session) =>
        [.. session.Instance.Cpus.Select(cpu => (cpu, session.Instance.ReadText(string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}/stats")) ?? string.Empty))];

    /// <summary>The kernel's functions; empty where they cannot be read or their addresses are hidden (<c>kernel.kptr_restrict</c>).</summary>
    public static ReadOnlyMemory<byte> KernelSymbols(TraceSession session)
    {
        Errno errno = session.Tracing.Kernel.TryReadBytes("/proc/kallsyms", out ReadOnlyMemory<byte> text);
        return errno == Errno.None && !IsHidden(text.Span) ? text : default;
    }

    /// <summary>The modules that are loaded, and where; empty where they cannot be read. As long as they are the same, so are the functions.</summary>
    public static ReadOnlyMemory<byte> Modules(TraceSession session) =>
        session.Tracing.Kernel.TryReadBytes("/proc/modules", out ReadOnlyMemory<byte> text) == Errno.None ? text : default;

    // Every address of a list that is hidden is zero; of one that is not, the first may be as well (per-CPU variables).
    private static bool IsHidden(ReadOnlySpan<byte> text)
    {
        int lastLine = text.TrimEnd((byte)'\n').LastIndexOf((byte)'\n') + 1;
        return text[lastLine..].IndexOfAnyExcept((byte)'0') is var letter && (letter < 0 || text[lastLine + letter] == ' ');
    }

    private static ReadOnlyMemory<byte> Needed(TraceFolder folder, string file) =>
        folder.ReadBytes(file) is { IsEmpty: false } contents ? contents : throw KernelErrors.ForFile(Errno.ENOENT, folder.Locate(file), "read");

    private static string MachineOf(TraceSession session)
    {
        // The last of them came with Linux 6.1.
        string Word(string name) => session.Tracing.Kernel.ReadText("/proc/sys/kernel/" + name) ?? RuntimeInformation.OSArchitecture.ToString();
        return $"{Word("ostype")} {Word("hostname")} {Word("osrelease")} {Word("arch")}";
    }
}
