using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Memory.Compaction;
using KsmTools.Memory.Triggers;

namespace KsmTools.Migration;

/// <summary>Tests that this kernel migrates merged pages with all their mappings: equal pages are merged and migrated, and looked at after each step.</summary>
public sealed class KsmMigrationTester
{
    /// <summary>How many times a scenario is begun at most, where the kernel chooses what it migrates; after <see cref="KsmMigrationOptions.Timeout"/> it is not begun again.</summary>
    public const int MaximumAttempts = 10;

    private readonly KernelTree _kernel;
    private readonly KsmMigrationOptions _options;
    private readonly KsmMigrationCase[] _cases;

    /// <summary>A test of one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="options">What to test.</param>
    public KsmMigrationTester(KernelTree kernel, KsmMigrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageCount, KsmMigrationOptions.FewestPages, nameof(options));
        _kernel = kernel;
        _options = options;
        _cases = KsmMigrationCase.Of(options.Scenarios, options.PageTypes);
    }

    /// <summary>Checks that there is something to test at all.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>; <see cref="ErrorReason.TriggerNotSupported"/>: a captured tree; <see cref="ErrorReason.MemoryInsufficient"/>; <see cref="ErrorReason.KnobValueInvalid"/>: a scenario without pages of the kinds.</exception>
    public void Check()
    {
        KsmMigrationScenario[] without = [.. _options.Scenarios.Except(_cases.Select(row => row.Scenario))];
        if (without.Length > 0)
        {
            throw new KsmToolsException(
                ErrorReason.KnobValueInvalid,
                without[0],
                Text.Format(Messages.MigrationNoSuchPages, string.Join(", ", without), string.Join(", ", _options.PageTypes ?? [])),
                Messages.MigrationNoSuchPagesAction);
        }

        KsmFiles.Require(_kernel);
        if (!_kernel.IsLive)
        {
            throw PageErrors.ForCapturedTree(_kernel.Root);
        }

        RegionLimits.Check(_kernel, (long)_options.PageCount * Environment.SystemPageSize, mappings: 1, isData: true);
    }

    /// <summary>Runs the scenarios. The former settings are back, and the pages are gone, when this returns or throws.</summary>
    /// <param name="command">The command.</param>
    /// <param name="progress">Called at every step; may be null.</param>
    /// <param name="cancellation">Stops the test.</param>
    /// <returns>A result for each scenario and kind of pages.</returns>
    /// <exception cref="KsmToolsException">
    /// As <see cref="Check"/>; <see cref="ErrorReason.AccessDenied"/>: not root, or without <c>CAP_SYS_ADMIN</c>, which hides where pages are; <see cref="ErrorReason.KnobBusy"/>:
    /// another command holds the lock; or the kernel refused something.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<KsmMigrationTest> Run(ActingCommand command, Action<KsmMigrationProgress>? progress, CancellationToken cancellation)
    {
        Check();
        using KsmTemporarySettings settings = KsmTemporarySettings.Begin(
            _kernel, command, () => new KsmStatusReader(_kernel).Read() is { PagesShared: 0, PagesSharing: 0, KsmZeroPages: null or 0 });
        settings.Apply(new KsmConfiguration { Run = KsmRunState.Stopped });
        return [.. _cases.Select((row, number) => Test(settings, row, number, progress, cancellation))];
    }

    private KsmMigrationTest Test(
        KsmTemporarySettings settings, KsmMigrationCase row, int number, Action<KsmMigrationProgress>? progress, CancellationToken cancellation)
    {
        if (ScenarioNeeds.Missing(_kernel, row.Scenario) is { } missing)
        {
            return NotTried(row, missing);
        }

        var clock = Stopwatch.StartNew();
        bool compacts = RmapTriggers.TakesAllMemoryHere(_kernel, RmapTrigger.Auto, trigger => trigger.Migrates);
        for (int attempt = 1; ; attempt++)
        {
            using FragmentedMemory? memory = compacts ? FragmentedMemory.Begin(_kernel, _options.PageCount, attempt - 1, cancellation, out _) : null;
            ScenarioPages pages;
            try
            {
                pages = ScenarioPages.Create(_kernel, row, _options.PageCount, cancellation);
            }
            catch (KsmToolsException refusal) when (refusal.Reason == ErrorReason.TriggerNotSupported)
            {
                return NotTried(row, Finding.Skipped(refusal));
            }

            try
            {
                int pageCount = pages.Count;
                var run = new MigrationAttempt(
                    _kernel, settings, _options, pages, memory, step => progress?.Invoke(new KsmMigrationProgress(row.Scenario, row.PageType, number, _cases.Length, step, attempt)), cancellation);
                Finding finding = run.Run();
                if (!finding.MayTryAgain || attempt == MaximumAttempts || clock.Elapsed > _options.Timeout)
                {
                    return new KsmMigrationTest
                    {
                        Scenario = row.Scenario,
                        PageType = row.PageType,
                        Result = finding.Result,
                        Reason = finding.Reason,
                        Remedy = finding.Remedy,
                        PageCount = pageCount,
                        PagesShared = run.Seen?.Shared,
                        PagesSharing = run.Seen?.Sharing,
                        MigratedPages = run.MigratedPages,
                        MappingsVerified = run.MappingsVerified,
                        Trigger = run.Trigger,
                        FromNode = run.Migration.FromNode,
                        ToNode = run.Migration.ToNode,
                        Attempts = attempt,
                        Duration = clock.Elapsed,
                    };
                }
            }
            catch (KsmToolsException failure) when (pages.Death(failure) is { } death)
            {
                throw death;
            }
            finally
            {
                pages.Dispose();
            }
        }
    }

    private static KsmMigrationTest NotTried(KsmMigrationCase row, Finding why) =>
        new() { Scenario = row.Scenario, PageType = row.PageType, Result = why.Result, Reason = why.Reason, Remedy = why.Remedy };
}
