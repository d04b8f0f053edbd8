using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>What tracefs says about the binary contents of a session's buffers.</summary>
internal static class SessionLayout
{
    /// <summary>The layout of a session's sub-buffers.</summary>
    /// <param name="session">The session.</param>
    /// <param name="size">Bytes of one.</param>
    /// <exception cref="KsmToolsException">It cannot be read, or makes no sense.</exception>
    public static SubBufferHeader Header(TraceSession session, out int size)
    {
        const string File = "events/header_page";
        TraceFolder folder = session.Instance.Exists(File) ? session.Instance : session.Tracing;
        SubBufferHeader header = SubBufferHeader.Parse(Encoding.ASCII.GetBytes(folder.ReadText(File) ?? string.Empty), folder.Locate(File));
        const string SizeFile = "buffer_subbuf_size_kb";
        size = int.TryParse(session.Instance.ReadText(SizeFile), NumberStyles.None, CultureInfo.InvariantCulture, out int kib) ? kib * 1024 : header.Size;
        return RingBufferLimits.IsSubBufferSize(size, header)
            ? header
            : throw new KsmToolsException(
                ErrorReason.TraceCorrupt, session.Instance.Locate(SizeFile), Text.Format(Messages.SubBufferSizeWrong, session.Instance.Locate(SizeFile), size), Messages.TraceCorruptAction);
    }

    /// <summary>The formats of a session's events.</summary>
    /// <exception cref="KsmToolsException">One cannot be read, or makes no sense.</exception>
    public static IEnumerable<EventFormat> Formats(TraceSession session)
    {
        foreach (string name in session.Record.Events)
        {
            string file = $"events/{name}/format";
            string text = session.Instance.ReadText(file) ?? throw KernelErrors.ForFile(Interop.Errno.ENOENT, session.Instance.Locate(file), "read");
            yield return EventFormat.Parse(Encoding.UTF8.GetBytes(text), session.Instance.Locate(file));
        }
    }

    /// <summary>The running kernel's functions, read when the first address is looked up.</summary>
    public static KernelSymbols Functions(TraceSession session, SymbolTable symbols)
    {
        const string File = "/proc/kallsyms";
        return new KernelSymbols(() => Encoding.UTF8.GetBytes(session.Tracing.Kernel.ReadText(File) ?? string.Empty), symbols);
    }
}
