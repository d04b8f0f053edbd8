using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;

namespace KsmTools.Potential;

/// <summary>Reads the memory of processes and says what merging would save. Nothing is changed, and of contents only hashes are kept, while it runs.</summary>
public sealed class KsmPotentialMeasurement
{
    private readonly KernelTree _kernel;
    private readonly KsmProcessReader _processes;

    /// <summary>A measurement on the running kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <exception cref="KsmToolsException">A captured tree, which has no memory; a kernel without KSM.</exception>
    public KsmPotentialMeasurement(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (!kernel.IsLive)
        {
            throw PageErrors.ForCapturedTree(kernel.Root);
        }

        KsmFiles.Require(kernel);
        _kernel = kernel;
        _processes = new KsmProcessReader(kernel);
    }

    /// <summary>The part of the pages that is read, above 0 and up to 1.</summary>
    public double Sample { get; init; } = 1;

    /// <summary>
    /// Makes of any text a word that the shell takes as it is, for <see cref="KsmPotential.EnableCommand"/>. It gets the words of a process's command line, which are whatever
    /// its starter liked. Null where nobody is to type anything.
    /// </summary>
    public Func<string, string>? Quote { get; init; }

    /// <inheritdoc cref="KsmProcessReader.HiddenRemark"/>
    public string? HiddenRemark => _processes.HiddenRemark;

    /// <summary>The failure to tell of where no process has a name that was asked for.</summary>
    /// <param name="name">The name.</param>
    /// <returns><see cref="ErrorReason.ProcessNotFound"/>.</returns>
    public KsmToolsException NotFound(string name) => _processes.NotFound(name);

    /// <summary>How memory is read that nobody else maps.</summary>
    internal OwnMemoryReader ReadOwn { get; init; } = PageCalls.ReadRanges;

    /// <summary>The processes that can be measured: those that have memory. The one that measures is left out: its memory is the measurement's.</summary>
    /// <exception cref="KsmToolsException">The process folder cannot be listed.</exception>
    public IReadOnlyList<int> ListIds() => [.. _processes.ListIds().Where(id => id != Environment.ProcessId && AnonymousPages(id) is not 0)];

    /// <summary>The name of a process as <c>Get-Process</c> gives it, or null.</summary>
    /// <param name="id">The process.</param>
    public string? ReadName(int id) => _processes.ReadName(id);

    /// <summary>One failure to tell of for all processes that hide their memory.</summary>
    /// <param name="first">The failure of the first of them, as <see cref="Measure"/> told it.</param>
    /// <param name="count">How many there are.</param>
    /// <returns><see cref="ErrorReason.AccessDenied"/>.</returns>
    public static KsmToolsException Hidden(KsmToolsException first, int count)
    {
        ArgumentNullException.ThrowIfNull(first);
        return PotentialErrors.ForHiddenProcesses(first, count);
    }

    /// <summary>Measures processes together.</summary>
    /// <param name="ids">The processes; one that is named twice is measured once.</param>
    /// <param name="failed">Told of each process that has ended or hides its memory.</param>
    /// <param name="progress">Told what is being read; null where nobody wants to know.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One for each process, in the order of their ids, and where there are several one for all of them.</returns>
    public IReadOnlyList<KsmPotential> Measure(
        IEnumerable<int> ids, Action<int, KsmToolsException> failed, Action<KsmPotentialProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(failed);
        KsmConfiguration configuration = new KsmConfigurationStore(_kernel).Read();
        int maxPageSharing = (int)Math.Clamp(configuration.MaxPageSharing ?? int.MaxValue, 1, int.MaxValue);
        var sharing = new Sharing(maxPageSharing, configuration.UseZeroPages == true);
        bool isPerNode = configuration.MergeAcrossNodes == false;
        using var reader = new PotentialReader(_kernel, Sample, isPerNode, sharing.UseZeroPages, ReadOwn);
        List<ProcessTally> tallies = Read(reader, [.. ids.Distinct().Order()], failed, progress, cancellationToken);
        bool ksmdRuns = configuration.Run is { } run && run.HasFlag(KsmRunState.Running);
        EnableAdvice? advice = Quote is null ? null : new EnableAdvice(_kernel, ksmdRuns, Quote);
        return new PotentialResults(reader, sharing, Sample, KsmItemSize.Of(_kernel), advice).Make(tallies, cancellationToken);
    }

    private List<ProcessTally> Read(
        PotentialReader reader, int[] ids, Action<int, KsmToolsException> failed, Action<KsmPotentialProgress>? progress, CancellationToken cancellationToken)
    {
        long[] expected = [.. ids.Select(AnonymousPages)];
        double all = Math.Max(expected.Sum(), 1);
        long done = 0;
        var tallies = new List<ProcessTally>();
        var memory = new SameMemory(_kernel);
        for (int index = 0; index < ids.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tally = new ProcessTally(ids[index], _processes.ReadName(ids[index]));
            long before = done;
            long most = expected[index];
            void Show(long pages) =>
                progress?.Invoke(new KsmPotentialProgress(tally.Id, tally.Name, reader.Pages.Count, (before + Math.Min(pages, most)) / all));
            Show(0);
            try
            {
                if (memory.Find(tally.Id) is { } first)
                {
                    tally.MemoryOf = first;
                    reader.ReadNothing(tally);
                }
                else
                {
                    reader.Read(tally, Show, cancellationToken);
                    _ = memory.Add(tally.Id);
                    _ = _processes.TryRead(tally.Id, out KsmProcess? ksm);
                    tally.Ksm = ksm;
                    tally.Complete(Sample);
                }

                tallies.Add(tally);
            }
            catch (KsmToolsException failure) when (failure.Reason is ErrorReason.ProcessNotFound or ErrorReason.AccessDenied)
            {
                failed(tally.Id, failure);
            }

            done += most;
        }

        return tallies;
    }

    // "size resident shared ...", in pages: what is resident and not shared is anonymous.
    private long AnonymousPages(int id)
    {
        if (_kernel.TryReadText(ProcessMemory.PathOf(_kernel, id, "statm"), out string? text) != Errno.None)
        {
            return 0;
        }

        string[] words = text!.Split(' ');
        Debug.Assert(words.Length > 2, "statm has seven numbers");
        return Math.Max(long.Parse(words[1], CultureInfo.InvariantCulture) - long.Parse(words[2], CultureInfo.InvariantCulture), 0);
    }
}
