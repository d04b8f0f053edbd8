using KsmTools.Btf;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;

namespace KsmTools.Support;

/// <summary>Finds out what a kernel, a machine and a user can do, each with the reason and the remedy. Nothing is changed.</summary>
public sealed class KsmSupport
{
    private const string Merging = "Merging";
    private const string Processes = "Processes";
    private const string MaxMapCount = "/proc/sys/vm/max_map_count";
    private const int BenchmarkVmaCount = 20_000;

    private readonly KernelTree _kernel;
    private readonly SupportRows _rows;

    /// <summary>The checks of one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public KsmSupport(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        _rows = new SupportRows(kernel);
    }

    /// <summary>All checks, those of an area together.</summary>
    public IEnumerable<KsmCapability> Check() => Rows().GroupBy(row => row.Area).SelectMany(area => area);

    private IEnumerable<KsmCapability> Rows()
    {
        bool ksm = _kernel.Exists(KsmFiles.Run);
        yield return CheckKernel();
        if (_kernel.Exists(KsmStandIns.Uksm))
        {
            yield return SupportRows.There(Merging, "UKSM", Text.Format(Messages.SupportUksm, _kernel.Locate(KsmStandIns.Uksm)));
        }

        if (_kernel.Exists(KsmStandIns.ProcessKsm))
        {
            string calls = string.Join(", ", KsmStandIns.CallsOf(_kernel));
            yield return SupportRows.There(Processes, "process_ksm", Text.Format(Messages.SupportProcessKsm, _kernel.Locate(KsmStandIns.ProcessKsm), calls));
        }

        if (ksm)
        {
            foreach (KsmCapability capability in CheckKsm())
            {
                yield return capability;
            }
        }

        yield return CheckMappings();
        foreach (KsmCapability capability in new TracingSupport(_kernel).Check())
        {
            yield return capability;
        }
    }

    private KsmCapability CheckKernel()
    {
        const string Name = "Kernel";
        if (_kernel.Exists(KsmFiles.Run))
        {
            return _rows.OfFile(Merging, Name, KsmFiles.Folder, Messages.KsmNotSupportedAction);
        }

        KsmToolsException failure = KsmErrors.KsmNotSupported(_kernel);
        return _kernel.IsLive || _kernel.Exists(KsmStandIns.Uksm)
            ? _rows.Of(Merging, Name, false, failure.Message, failure.RecommendedAction)
            : SupportRows.NotInTree(Merging, Name, failure.Message);
    }

    private KsmCapability CheckWalks()
    {
        const string Name = "Bounded KSM walks";
        string file = _kernel.Locate(BtfTypes.File);
        return KsmWalkBoundsReader.Read(_kernel) switch
        {
            KsmWalkBounds.Bounded => SupportRows.There(Merging, Name, Text.Format(Messages.SupportBounded, file)),
            KsmWalkBounds.Whole => _rows.Of(Merging, Name, false, Text.Format(Messages.SupportWhole, file), Messages.SupportWholeRemedy),
            _ when _kernel.IsLive || _kernel.Exists(BtfTypes.File) => _rows.Of(Merging, Name, null, Text.Format(Messages.SupportBoundsUnknown, file), Messages.SupportBoundsUnknownRemedy),
            _ => _rows.OfFile(Merging, Name, BtfTypes.File, Messages.SupportBoundsUnknownRemedy),
        };
    }

    private IEnumerable<KsmCapability> CheckKsm()
    {
        KsmDiagnosis diagnosis = new KsmStatusReader(_kernel).Read().Diagnosis;
        yield return diagnosis.Remedy is { } cure ? _rows.Of(Merging, "State", false, diagnosis.Message, cure) : SupportRows.There(Merging, "State", diagnosis.Message);

        // A tree's files are changed here, by this user.
        Errno refusal = _kernel.Access(KsmFiles.Run, FileCalls.MayWrite);
        bool writable = refusal == Errno.None;
        string folder = _kernel.Locate(KsmFiles.Folder);
        yield return new KsmCapability
        {
            Area = "Tuning",
            Name = "Change settings",
            Available = writable,
            Reason = writable ? Text.Format(Messages.SupportWritable, folder) : Text.Format(Messages.SupportNotWritable, folder, refusal.Describe()),
            Remedy = writable ? null : refusal == Errno.EROFS ? KernelErrors.ReadOnlyAction(_kernel.Locate(KsmFiles.Run)) : Messages.AccessDeniedAction,
        };
        foreach (KsmKnob knob in KsmKnob.All)
        {
            yield return _rows.OfFile("Tuning", knob.Property, knob.Path, Messages.SupportNewerKernel);
        }

        yield return _rows.OfFile(Merging, "Profit", KsmFiles.GeneralProfit, Messages.SupportNewerKernel);
        yield return CheckWalks();
        yield return _rows.OfFile(Merging, "Scan rate", KsmFiles.PagesScanned, Messages.SupportNewerKernel);
        yield return _rows.OfFile(Processes, "Per-process figures", AnyFigures(), Messages.SupportNewerKernel);
        yield return CheckProcesses();
        yield return CheckStart();
    }

    private KsmCapability CheckStart()
    {
        const string Name = "Start-KsmProcess";
        bool answers = _kernel.IsLive && ProcessControl.ProbeMemoryMerge() == Errno.None;
        return answers ? SupportRows.There(Processes, Name, Messages.SupportPrctl)
            : _kernel.IsLive ? _rows.Of(Processes, Name, false, Messages.SupportNoPrctl, Messages.SupportNewerKernel)
            : SupportRows.NotInTree(Processes, Name, Messages.SupportCapturedTree);
    }

    // The process that asks is hardly ever in a captured tree.
    private string AnyFigures()
    {
        const string Figures = "/proc/self/ksm_stat";
        int[] ids = [];
        _ = _kernel.IsLive ? Errno.None : ProcessIds.TryList(_kernel, out ids);
        return ids.Select(id => ProcessMemory.PathOf(id, id, "ksm_stat")).FirstOrDefault(_kernel.Exists) ?? Figures;
    }

    private KsmCapability CheckProcesses()
    {
        const string Name = "All processes";
        return HiddenProcesses.Find(_kernel) is { } option ? _rows.Of(Processes, Name, false, Text.Format(Messages.ProcessesNotShown, option), Messages.ProcessHiddenMountAction)
            : HiddenProcesses.IsOnlyProcesses(_kernel) ? _rows.Of(Processes, Name, false, Messages.SupportOnlyProcesses, Messages.SupportOnlyProcessesRemedy)
            : _kernel.IsLive ? SupportRows.There(Processes, Name, Text.Format(Messages.SupportProcesses, ProcessIds.Folder))
            : SupportRows.NotInTree(Processes, Name, Text.Format(Messages.SupportTreeProcesses, ProcessIds.TryList(_kernel, out int[] ids) == Errno.None ? ids.Length : 0));
    }

    private KsmCapability CheckMappings()
    {
        const string Area = "Regions";
        const string Name = "20,000 split VMAs";
        string remedy = Text.Format(Messages.SupportMapCountRemedy, BenchmarkVmaCount * 2);
        return _kernel.ReadInt64(MaxMapCount) is { } limit
            ? _rows.Of(Area, Name, limit > BenchmarkVmaCount, Text.Format(Messages.SupportMapCount, limit), remedy)
            : _rows.OfFile(Area, Name, MaxMapCount, remedy);
    }
}
