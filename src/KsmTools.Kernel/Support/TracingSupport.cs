using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Support;

/// <summary>Finds out what tracefs offers, mounted or not.</summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class TracingSupport(KernelTree kernel)
{
    private const string Area = "Tracing";
    private const string Root = "tracefs";
    private const string Fprobes = "fprobe events";
    private const string Probes = "dynamic_events";
    private const string ReadMe = "README";

    private static readonly (string Name, string File, string Remedy)[] Offers =
    [
        ("rmap tracepoints", "events/rmap", Messages.SupportRmapRemedy),
        ("KSM tracepoints", "events/ksm", Messages.SupportNewerKernel),
        ("Migration tracepoints", "events/migrate", Messages.SupportMigrateRemedy),
        ("Dynamic probes", Probes, Messages.SupportProbesRemedy),
        ("kprobe events", "kprobe_events", Messages.SupportProbesRemedy),
        (Fprobes, Probes, Messages.SupportFprobesRemedy),
        ("Counting in the kernel", "synthetic_events", Messages.SupportHistogramsRemedy),
    ];

    private readonly SupportRows _rows = new(kernel);

    /// <summary>All that is about tracing.</summary>
    public IReadOnlyList<KsmCapability> Check()
    {
        if (TraceFs.Find(kernel) is { } mounted)
        {
            return [SupportRows.There(Area, Root, Text.Format(Messages.SupportPresent, mounted.Locate(string.Empty))), .. Look(mounted, mounted.Path, Messages.SupportPresent)];
        }

        if (!kernel.IsLive)
        {
            return [.. Offers.Select(offer => (offer.Name, File: $"{TraceFs.Folder}/{offer.File}")).Prepend((Name: Root, File: TraceFs.Folder + "/trace_clock"))
                .Select(offer => SupportRows.NotInTree(Area, offer.Name, Text.Format(Messages.SupportNotInTree, kernel.Locate(offer.File))))];
        }

        IReadOnlyList<KsmCapability> found = [];
        return TraceFs.FindHidden(kernel) is { } hidden ? WithoutLooking(Text.Format(Messages.SupportTraceFsHidden, hidden), Messages.AccessDeniedAction)
            : !kernel.Exists(TraceFs.Folder) ? WithoutLooking(Text.Format(Messages.TraceFsNotThere, TraceFs.Folder), Messages.TraceFsNotThereAction)
            : TraceFs.TryLook(kernel, folder => found = Look(folder, TraceFs.Folder, Messages.SupportPresentOnceMounted)) is var errno and not Errno.None
                ? WithoutLooking(Text.Format(Messages.SupportTraceFsNotMountable, TraceFs.Folder, errno.Describe()), Messages.TraceFsNotMountableAction)
            : [SupportRows.There(Area, Root, Text.Format(Messages.SupportTraceFsMountable, TraceFs.Folder)), .. found];
    }

    private KsmCapability[] WithoutLooking(string reason, string remedy) =>
        [_rows.Of(Area, Root, false, reason, remedy), .. Offers.Select(offer => _rows.Of(Area, offer.Name, null, Messages.SupportTracingUnknown, remedy))];

    private KsmCapability[] Look(TraceFolder folder, string path, string present)
    {
        bool fprobes = FprobeSource.IsThere(folder.ReadText(ReadMe));
        return [.. Offers.Select(offer => (offer.Name, folder.Exists(offer.File)) switch
        {
            (Fprobes, true) when !fprobes => kernel.IsLive || folder.Exists(ReadMe)
                ? _rows.Of(Area, offer.Name, false, Messages.SupportFprobesMissing, offer.Remedy)
                : SupportRows.NotInTree(Area, offer.Name, Text.Format(Messages.SupportNotInTree, folder.Locate(ReadMe))),
            (_, true) => SupportRows.There(Area, offer.Name, Text.Format(present, kernel.Locate($"{path}/{offer.File}"))),
            _ => _rows.OfFile(Area, offer.Name, $"{path}/{offer.File}", offer.Remedy),
        })];
    }
}
