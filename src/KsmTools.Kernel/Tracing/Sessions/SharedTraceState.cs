using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// What the first session changes for all of them and the last puts back: tracefs is mounted, and the kernel remembers more thread names. Kept
/// in <c>/run/ksmtools/tracing</c>, written before each change.
/// </summary>
internal static class SharedTraceState
{
    private const string Name = "tracing";
    private const string SavedNamesSize = "saved_cmdlines_size";
    private const string Mounted = "mounted";

    // The kernel starts with 128, which a busy machine goes through in a second; a name and its number take 24 bytes.
    private const int SavedNames = 4096;

    /// <summary>tracefs, mounted if it is not.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.TraceFsNotAvailable"/> or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public static TraceFs OpenOrMount(KernelTree kernel)
    {
        if (TraceFs.Find(kernel) is { } there)
        {
            return there;
        }

        Note(kernel, Mounted, "1");
        try
        {
            return TraceFs.Mount(kernel);
        }
        catch
        {
            Forget(kernel);
            throw;
        }
    }

    /// <summary>Has the kernel remember more thread names, so that events do not say <c>&lt;...&gt;</c>. A kernel that refuses keeps what it has.</summary>
    public static void GrowThreadNames(TraceFs tracing)
    {
        if (tracing.ReadText(SavedNamesSize) is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size < SavedNames)
        {
            Note(tracing.Kernel, SavedNamesSize, text);
            _ = tracing.TryWrite(SavedNamesSize, SavedNames.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Puts back what was changed. tracefs stays mounted where somebody uses it by now.</summary>
    public static void PutBack(TraceFs tracing)
    {
        KernelTree kernel = tracing.Kernel;
        NamedValues state = Read(kernel);
        if (state.Find(SavedNamesSize) is { } size)
        {
            tracing.Write(SavedNamesSize, size);
        }

        if (state.Find(Mounted) is not null)
        {
            _ = tracing.TryUnmount();
        }

        Forget(kernel);
    }

    private static NamedValues Read(KernelTree kernel) => NamedValues.Parse(new StateFile(kernel, Name).Read() ?? string.Empty);

    private static void Note(KernelTree kernel, string name, string value)
    {
        NamedValues state = Read(kernel);
        if (state.Find(name) is null)
        {
            new StateFile(kernel, Name).Write(state.Add(name, value).ToString());
        }
    }

    private static void Forget(KernelTree kernel) => new StateFile(kernel, Name).Delete();
}
