using KsmTools.Btf;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Support;

/// <summary>Finds out what a kernel, a machine and a user can do, each with the reason and the remedy. Nothing is changed.</summary>
public sealed class KsmSupport
{
    private const string MaxMapCount = "/proc/sys/vm/max_map_count";
    private const int BenchmarkVmaCount = 20_000;

    private readonly KernelTree _kernel;

    /// <summary>The checks of one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public KsmSupport(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
    }

    /// <summary>All checks.</summary>
    public IEnumerable<KsmCapability> Check()
    {
        bool ksm = _kernel.Exists(KsmFiles.Run);
        yield return Merging("Kernel", ksm, ksm ? Present(KsmFiles.Folder) : Missing(KsmFiles.Folder), Messages.KsmNotSupportedAction);
        if (ksm)
        {
            foreach (KsmCapability capability in CheckKsm())
            {
                yield return capability;
            }
        }

        yield return CheckMappings();
        foreach (KsmCapability capability in CheckTracing())
        {
            yield return capability;
        }
    }

    private KsmCapability CheckWalks()
    {
        string file = _kernel.Locate(BtfTypes.File);
        (bool? available, string reason, string remedy) = KsmWalkBoundsReader.Read(_kernel) switch
        {
            KsmWalkBounds.Bounded => ((bool?)true, Text.Format(Messages.SupportBounded, file), string.Empty),
            KsmWalkBounds.Whole => (false, Text.Format(Messages.SupportWhole, file), Messages.SupportWholeRemedy),
            _ => (null, Text.Format(Messages.SupportBoundsUnknown, file), Messages.SupportBoundsUnknownRemedy),
        };
        return Capability("Merging", "Bounded KSM walks", available, reason, remedy);
    }

    private static KsmCapability Merging(string name, bool available, string reason, string? remedy) =>
        Capability("Merging", name, available, reason, remedy);

    private static KsmCapability Capability(string area, string name, bool? available, string reason, string? remedy) =>
        new() { Area = area, Name = name, Available = available, Reason = reason, Remedy = available == true ? null : remedy };

    private string Present(string path) => Text.Format(Messages.SupportPresent, _kernel.Locate(path));

    private string Missing(string path) => Text.Format(Messages.SupportMissing, _kernel.Locate(path));

    private IEnumerable<KsmCapability> CheckKsm()
    {
        KsmDiagnosis diagnosis = new KsmStatusReader(_kernel).Read().Diagnosis;
        yield return Merging("State", diagnosis.Remedy is null, diagnosis.Message, diagnosis.Remedy);

        Errno refusal = _kernel.Access(KsmFiles.Run, FileCalls.MayWrite);
        bool writable = refusal == Errno.None;
        yield return Capability(
            "Tuning",
            "Change settings",
            writable,
            writable ? Text.Format(Messages.SupportWritable, _kernel.Locate(KsmFiles.Folder)) : Text.Format(Messages.SupportNotWritable, _kernel.Locate(KsmFiles.Folder), refusal.Describe()),
            refusal == Errno.EROFS ? KernelErrors.ReadOnlyAction(_kernel.Locate(KsmFiles.Run)) : Messages.AccessDeniedAction);
        foreach (KsmKnob knob in KsmKnob.All)
        {
            yield return CheckFile("Tuning", knob.Property, knob.Path, Messages.SupportNewerKernel);
        }

        yield return CheckFile("Merging", "Profit", KsmFiles.GeneralProfit, Messages.SupportNewerKernel);
        yield return CheckWalks();
        yield return CheckFile("Merging", "Scan rate", KsmFiles.PagesScanned, Messages.SupportNewerKernel);
        yield return CheckFile("Processes", "Per-process figures", "/proc/self/ksm_stat", Messages.SupportNewerKernel);
        yield return CheckProcesses();
        bool prctl = _kernel.IsLive && ProcessControl.ProbeMemoryMerge() == Errno.None;
        yield return Capability(
            "Processes",
            "Start-KsmProcess",
            prctl,
            prctl ? Messages.SupportPrctl : _kernel.IsLive ? Messages.SupportNoPrctl : Messages.SupportCapturedTree,
            Messages.SupportNewerKernel);
    }

    private KsmCapability CheckProcesses()
    {
        const string Name = "All processes";
        return HiddenProcesses.Find(_kernel) is { } option
            ? Capability("Processes", Name, false, Text.Format(Messages.ProcessesNotShown, option), Messages.ProcessHiddenMountAction)
            : HiddenProcesses.IsOnlyProcesses(_kernel)
                ? Capability("Processes", Name, false, Messages.SupportOnlyProcesses, Messages.SupportOnlyProcessesRemedy)
                : Capability("Processes", Name, true, Text.Format(Messages.SupportProcesses, _kernel.Locate(ProcessIds.Folder)), null);
    }

    private KsmCapability CheckFile(string area, string name, string path, string remedy) =>
        _kernel.Exists(path) ? Capability(area, name, true, Present(path), null) : Capability(area, name, false, Missing(path), remedy);

    private KsmCapability CheckMappings()
    {
        long? limit = _kernel.ReadInt64(MaxMapCount);
        bool enough = limit > BenchmarkVmaCount;
        return Capability(
            "Regions",
            "20,000 split VMAs",
            enough,
            limit is null ? Missing(MaxMapCount) : Text.Format(Messages.SupportMapCount, limit),
            Text.Format(Messages.SupportMapCountRemedy, BenchmarkVmaCount * 2));
    }

    private IEnumerable<KsmCapability> CheckTracing()
    {
        TraceFs? tracing = TraceFs.Find(_kernel);
        string? hidden = tracing is null ? TraceFs.FindHidden(_kernel) : null;
        string folder = tracing?.Path ?? hidden ?? TraceFs.Folder;
        yield return Capability(
            "Tracing",
            "tracefs",
            tracing is not null,
            tracing is not null ? Present(folder) : Text.Format(hidden is null ? Messages.SupportTraceFsNotMounted : Messages.SupportTraceFsHidden, _kernel.Locate(folder)),
            hidden is null ? Messages.SupportTraceFsRemedy : Messages.AccessDeniedAction);
        if (tracing is not null)
        {
            yield return CheckFile("Tracing", "rmap tracepoints", folder + "/events/rmap", Messages.SupportRmapRemedy);
            yield return CheckFile("Tracing", "KSM tracepoints", folder + "/events/ksm", Messages.SupportNewerKernel);
            yield return CheckFile("Tracing", "Migration tracepoints", folder + "/events/migrate", Messages.SupportMigrateRemedy);
            yield return CheckFile("Tracing", "Dynamic probes", folder + "/dynamic_events", Messages.SupportProbesRemedy);
            yield return CheckFile("Tracing", "kprobe events", folder + "/kprobe_events", Messages.SupportProbesRemedy);
            bool fprobes = FprobeSource.IsThere(tracing.ReadText("README"));
            yield return Capability(
                "Tracing", "fprobe events", fprobes, fprobes ? Present(folder + "/dynamic_events") : Messages.FprobeMissing, Messages.SupportProbesRemedy);
            yield return CheckFile("Tracing", "Counting in the kernel", folder + "/synthetic_events", Messages.SupportHistogramsRemedy);
        }
    }
}
