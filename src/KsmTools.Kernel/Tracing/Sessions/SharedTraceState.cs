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
    /// <param name="notices">Gets what people are to be told.</param>
    public static TraceFs OpenOrMount(KernelTree kernel, Notices notices)
    {
        if (TraceFs.Find(kernel) is { } there)
        {
            return there;
        }

        Note(kernel, Mounted, "1", notices);
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
    /// <param name="notices">Gets what people are to be told.</param>
    public static void GrowThreadNames(TraceFs tracing, Notices notices)
    {
        if (tracing.ReadText(SavedNamesSize) is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size < SavedNames)
        {
            Note(tracing.Kernel, SavedNamesSize, text, notices);
            _ = tracing.TryWrite(SavedNamesSize, SavedNames.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Whether something is to be put back.</summary>
    public static bool IsThere(KernelTree kernel) => new StateFile(kernel, Name).Exists;

    /// <summary>Puts back what was changed, if there is no session any more. tracefs stays mounted where somebody uses it by now.</summary>
    /// <param name="kernel">The kernel's files. The caller has the lock.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    public static void PutBackAfterLast(KernelTree kernel, Notices notices)
    {
        if (SessionRecord.All(kernel).Count > 0)
        {
            return;
        }

        NamedValues state = TakeOver(kernel, notices);
        TraceFs? tracing = TraceFs.Find(kernel);
        if (state.Find(SavedNamesSize) is { } size)
        {
            // What the kernel refuses by now is no reason to leave tracefs mounted.
            _ = tracing?.TryWrite(SavedNamesSize, size);
        }

        if (state.Find(Mounted) is not null)
        {
            _ = tracing?.TryUnmount();
        }

        Forget(kernel);
    }

    // What is damaged is read as far as it can be, and is written anew as that.
    private static NamedValues TakeOver(KernelTree kernel, Notices notices)
    {
        var file = new StateFile(kernel, Name);
        if (file.Read() is not { IsOfEarlierBoot: false } text)
        {
            return new NamedValues();
        }

        if (text.IsDamaged)
        {
            NamedValues believable = Believable(text.Values);
            _ = file.PutInOrder(believable, Messages.StateRestUnknown, notices);
            return believable;
        }

        return text.Values;
    }

    private static NamedValues Believable(NamedValues values) => new NamedValues()
        .Add(SavedNamesSize, int.TryParse(values.Find(SavedNamesSize), NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size.ToString(CultureInfo.InvariantCulture) : null)
        .Add(Mounted, values.Find(Mounted) == "1" ? "1" : null);

    private static void Note(KernelTree kernel, string name, string value, Notices notices)
    {
        NamedValues state = TakeOver(kernel, notices);
        if (state.Find(name) is null)
        {
            new StateFile(kernel, Name).Write(state.Add(name, value));
        }
    }

    private static void Forget(KernelTree kernel) => new StateFile(kernel, Name).Delete();
}
