using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Tests.Names;

/// <summary>Tells a name in every way that a cmdlet of the module has.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Told", SupportsShouldProcess = true)]
public sealed class TellCommand : KsmToolsCommand
{
    [Parameter(Mandatory = true, Position = 0)]
    public TellKind Kind { get; set; }

    protected override void Process()
    {
        switch (Kind)
        {
            case TellKind.Failure:
                WriteFailure(Failure());
                break;
            case TellKind.Error:
                // As errors of PowerShell and .NET are passed on: what they say of a path is not escaped.
                WriteError(new ErrorRecord(new ItemNotFoundException($"Cannot find '{Hostile.Name}'."), "PathNotFound", ErrorCategory.ObjectNotFound, Hostile.Name)
                {
                    ErrorDetails = new ErrorDetails($"Cannot find '{Hostile.Name}'.") { RecommendedAction = Hostile.Name },
                });
                break;
            case TellKind.End:
                throw Failure();
            case TellKind.Text:
                WriteWarning(Hostile.Name);
                WriteVerbose(Hostile.Name);
                WriteProgress(new ProgressRecord(0, Hostile.Name, Hostile.Name) { CurrentOperation = Hostile.Name });
                WriteProgress(new ProgressRecord(0, Hostile.Name, " ") { RecordType = ProgressRecordType.Completed });
                break;
            default:
                _ = ShouldProcess(Hostile.Name);
                _ = ShouldProcess(Hostile.Name, Hostile.Name);
                break;
        }
    }

    private static KsmToolsException Failure() => new(ErrorReason.ProcessNotFound, Hostile.Name, $"Cannot find '{Hostile.Name}'.", $"Look for {Hostile.Name}.");
}

/// <summary>What is told.</summary>
public enum TellKind
{
    Failure,
    Error,
    End,
    Text,
    Question,
}
