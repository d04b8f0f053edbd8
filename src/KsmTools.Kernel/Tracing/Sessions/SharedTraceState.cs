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
    /// <param name="kernel">The kernel's files. The caller has the lock.</param>
    /// <param name="command">The command.</param>
    public static TraceFs OpenOrMount(KernelTree kernel, ActingCommand command)
    {
        if (TraceFs.Find(kernel) is { } there)
        {
            return there;
        }

        Note(kernel, Mounted, "1", command);
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
    /// <param name="tracing">The tracing.</param>
    /// <param name="command">The command.</param>
    public static void GrowThreadNames(TraceFs tracing, ActingCommand command)
    {
        if (tracing.ReadText(SavedNamesSize) is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size < SavedNames)
        {
            Note(tracing.Kernel, SavedNamesSize, text, command);
            _ = tracing.TryWrite(SavedNamesSize, SavedNames.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Puts back what was changed. tracefs stays mounted where somebody uses it by now.</summary>
    /// <param name="tracing">The tracing.</param>
    /// <param name="command">The command.</param>
    public static void PutBack(TraceFs tracing, ActingCommand command)
    {
        KernelTree kernel = tracing.Kernel;
        NamedValues state = TakeOver(kernel, command);
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

    // What is damaged is read as far as it can be, and is written anew as that.
    private static NamedValues TakeOver(KernelTree kernel, ActingCommand command)
    {
        var file = new StateFile(kernel, Name);
        if (file.Read() is not { IsOfEarlierBoot: false } text)
        {
            return new NamedValues();
        }

        if (text.IsDamaged)
        {
            string aside = file.MoveAside();
            file.Write(text.Values);
            command.Damaged?.Invoke(StateErrors.ForDamaged(file.Path, aside, Messages.StateRestUnknown));
        }

        return text.Values;
    }

    private static void Note(KernelTree kernel, string name, string value, ActingCommand command)
    {
        NamedValues state = TakeOver(kernel, command);
        if (state.Find(name) is null)
        {
            new StateFile(kernel, Name).Write(state.Add(name, value));
        }
    }

    private static void Forget(KernelTree kernel) => new StateFile(kernel, Name).Delete();
}
