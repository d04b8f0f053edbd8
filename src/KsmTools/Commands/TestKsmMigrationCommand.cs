using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Migration;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Tests that this kernel migrates merged pages with all their mappings.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KsmMigration", SupportsShouldProcess = true)]
[OutputType(typeof(KsmMigrationTest), typeof(bool))]
public sealed class TestKsmMigrationCommand : KsmChangeCommand
{
    private const int MostPages = 1_000_000;

    /// <summary>What is done to merged pages before they are migrated.</summary>
    [Parameter(Position = 0)]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public KsmMigrationScenario[] Scenario { get; set; } = Enum.GetValues<KsmMigrationScenario>();

    /// <summary>The kinds of pages; unless given, all that each scenario has.</summary>
    [Parameter]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public KsmMigrationPageType[]? PageType { get; set; }

    /// <summary>How many equal pages each scenario has.</summary>
    [Parameter]
    [ValidateRange(KsmMigrationOptions.FewestPages, MostPages)]
    public int PageCount { get; set; } = new KsmMigrationOptions().PageCount;

    /// <summary>How long ksmd may take for each merging: seconds, or a duration such as 90s, 10m or 00:10:00.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = new KsmMigrationOptions().Timeout;

    /// <summary>Outputs whether something passed and nothing failed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        IReadOnlyList<KsmMigrationScenario> scenarios =
            PageType is not null && !MyInvocation.BoundParameters.ContainsKey(nameof(Scenario)) ? KsmMigrationOptions.ScenariosWith(PageType) : Scenario;
        var tester = new KsmMigrationTester(
            Kernel, new KsmMigrationOptions { Scenarios = scenarios, PageTypes = PageType, PageCount = PageCount, Timeout = Timeout });
        tester.Check();
        if (!ShouldProcess(Kernel.Locate(KsmConfigurationStore.Folder), MessageText.Format(ModuleMessages.MigrationTestAction, string.Join(", ", scenarios.Distinct()))))
        {
            return;
        }

        var progress = new ProgressRecord(0, MyInvocation.MyCommand.Name, " ");
        IReadOnlyList<KsmMigrationTest> results = tester.Run(Acting, state => Show(progress, state), PipelineStopToken);
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        if (Quiet)
        {
            Answer(results);
        }
        else
        {
            Write(results);
        }
    }

    private void Write(IReadOnlyList<KsmMigrationTest> results)
    {
        foreach (KsmMigrationTest result in results)
        {
            WriteObject(result);
            if (result.Result == KsmMigrationVerdict.Fail)
            {
                WriteFailure(new KsmToolsException(
                    ErrorReason.MigrationTestFailed, result, MessageText.Format(ModuleMessages.MigrationTestFailed, Name(result.Scenario, result.PageType), result.Reason), result.Remedy!));
            }
        }
    }

    // A gate is not to open where nothing was tried, and wants to know why it is closed.
    private void Answer(IReadOnlyList<KsmMigrationTest> results)
    {
        foreach (KsmMigrationTest result in results.Where(result => result.Result != KsmMigrationVerdict.Pass))
        {
            WriteWarning(result.Result == KsmMigrationVerdict.Skip
                ? MessageText.Format(ModuleMessages.MigrationTestSkipped, Name(result.Scenario, result.PageType), result.Reason, result.Remedy)
                : MessageText.Format(ModuleMessages.MigrationTestFailed, Name(result.Scenario, result.PageType), result.Reason));
        }

        WriteObject(results.Any(result => result.Result == KsmMigrationVerdict.Pass) && !results.Any(result => result.Result == KsmMigrationVerdict.Fail));
    }

    private static string Name(KsmMigrationScenario scenario, KsmMigrationPageType pageType) => pageType == KsmMigrationPageType.Ksm ? $"{scenario}" : $"{scenario} ({pageType})";

    private void Show(ProgressRecord progress, KsmMigrationProgress state)
    {
        int steps = Enum.GetValues<KsmMigrationStep>().Length;
        progress.StatusDescription = MessageText.Format(ModuleMessages.MigrationProgress, Name(state.Scenario, state.PageType), state.Step, state.Attempt);
        progress.PercentComplete = 100 * ((state.Number * steps) + (int)state.Step) / (state.Count * steps);
        WriteProgress(progress);
    }
}
