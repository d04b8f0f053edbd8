using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Files;
using Microsoft.PowerShell.Commands;

namespace KsmTools;

/// <summary>
/// What every cmdlet here shares: the kernel tree, and failures of the library as error records. A failure that leaves
/// <see cref="Begin"/>, <see cref="Process"/> or <see cref="End"/> ends the command; per-item failures go through
/// <see cref="WriteFailure"/> and the command goes on. What it shows by its own methods has the control characters of names escaped.
/// </summary>
public abstract class KsmToolsCommand : PSCmdlet
{
    /// <summary>The kernel's files: the running kernel's, or those below <c>KSMTOOLS_ROOT</c>.</summary>
    protected KernelTree Kernel { get; } = KernelTree.FromEnvironment();

    /// <inheritdoc cref="Cmdlet.BeginProcessing"/>
    protected virtual void Begin()
    {
    }

    /// <inheritdoc cref="Cmdlet.ProcessRecord"/>
    protected virtual void Process()
    {
    }

    /// <inheritdoc cref="Cmdlet.EndProcessing"/>
    protected virtual void End()
    {
    }

    /// <summary>
    /// For the harmless use of a cmdlet whose <see cref="ConfirmImpact"/> is high for another use: obeys <c>-WhatIf</c> and
    /// <c>$WhatIfPreference</c>, and does not ask.
    /// </summary>
    /// <param name="target">What is changed.</param>
    /// <param name="action">What is done to it.</param>
    /// <returns>Whether to go on.</returns>
    private protected bool ShouldProcessQuietly(string target, string action) => !IsWhatIf || ShouldProcess(target, action);

    /// <summary>Whether the command is only to say what it would do.</summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? (SwitchParameter)given
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Shows a warning, as <see cref="Cmdlet.WriteWarning"/> does.</summary>
    /// <param name="text">The warning.</param>
    public new void WriteWarning(string text) => base.WriteWarning(TerminalText.Escape(text));

    /// <summary>Shows what a command does, as <see cref="Cmdlet.WriteVerbose"/> does.</summary>
    /// <param name="text">What it does.</param>
    public new void WriteVerbose(string text) => base.WriteVerbose(TerminalText.Escape(text));

    /// <summary>Shows how far a command is, as <see cref="Cmdlet.WriteProgress(ProgressRecord)"/> does.</summary>
    /// <param name="progressRecord">How far it is.</param>
    public new void WriteProgress(ProgressRecord progressRecord)
    {
        ArgumentNullException.ThrowIfNull(progressRecord);
        progressRecord.Activity = TerminalText.Escape(progressRecord.Activity);
        progressRecord.StatusDescription = TerminalText.Escape(progressRecord.StatusDescription);
        progressRecord.CurrentOperation = progressRecord.CurrentOperation is { } operation ? TerminalText.Escape(operation) : null;
        base.WriteProgress(progressRecord);
    }

    /// <summary>Reports an error, as <see cref="Cmdlet.WriteError"/> does.</summary>
    /// <param name="errorRecord">The error.</param>
    public new void WriteError(ErrorRecord errorRecord) => base.WriteError(ErrorRecords.Shown(errorRecord));

    /// <summary>Asks whether to change something, as <see cref="Cmdlet.ShouldProcess(string)"/> does.</summary>
    /// <param name="target">What is changed.</param>
    /// <returns>Whether to go on.</returns>
    public new bool ShouldProcess(string target) => base.ShouldProcess(TerminalText.Escape(target));

    /// <summary>Asks whether to change something, as <see cref="Cmdlet.ShouldProcess(string, string)"/> does.</summary>
    /// <param name="target">What is changed.</param>
    /// <param name="action">What is done to it.</param>
    /// <returns>Whether to go on.</returns>
    public new bool ShouldProcess(string target, string action) => base.ShouldProcess(TerminalText.Escape(target), TerminalText.Escape(action));

    /// <summary>A path is on a drive that has no files.</summary>
    internal static ErrorRecord NotInFileSystem(string path) => ErrorRecords.Shown(new ErrorRecord(
        new PSNotSupportedException(MessageText.Format(ModuleMessages.PathNotFileSystem, path)), "PathNotFileSystem", ErrorCategory.InvalidArgument, path)
    {
        ErrorDetails = new ErrorDetails(MessageText.Format(ModuleMessages.PathNotFileSystem, path)) { RecommendedAction = ModuleMessages.PathNotFileSystemAction },
    });

    /// <summary>The file that a path of PowerShell means, whether it is there or not. Where there is no such drive, or it has no files, the command ends.</summary>
    /// <param name="path">The path.</param>
    private protected string Unresolved(string path)
    {
        try
        {
            string file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.ImplementingType == typeof(FileSystemProvider))
            {
                return file;
            }
        }
        catch (SessionStateException exception)
        {
            ThrowTerminatingError(ErrorRecords.Shown(new ErrorRecord(exception.ErrorRecord, exception)));
            throw;
        }

        ThrowTerminatingError(NotInFileSystem(path));
        throw new InvalidOperationException();
    }

    /// <summary>This command, as the library sees it: what it remarks is a warning, and waiting for a lock shows.</summary>
    /// <param name="lockTimeout">How long to wait for a lock; not at all if it is not given.</param>
    private protected ActingCommand Act(TimeSpan lockTimeout = default) => new(MyInvocation.MyCommand.Name)
    {
        LockTimeout = lockTimeout,
        Waiting = holder => WriteProgress(new ProgressRecord(0, MyInvocation.MyCommand.Name, holder)),
        Remark = Remark,
        Damaged = ReportDamage,
        CancellationToken = PipelineStopToken,
    };

    /// <summary>Tells of a state file that was damaged and is out of the way now.</summary>
    /// <param name="damage">What it was, and what could not be known.</param>
    private protected virtual void ReportDamage(KsmToolsException damage) => Remark($"{damage.Message} {damage.RecommendedAction}");

    /// <summary>Reports a failure of one item; the command goes on.</summary>
    /// <param name="failure">The failure.</param>
    protected internal void WriteFailure(KsmToolsException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        WriteError(ErrorRecords.From(failure));
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        try
        {
            Begin();
        }
        catch (Exception exception) when (IsOurs(exception))
        {
            Stop(exception);
        }
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            Process();
        }
        catch (Exception exception) when (IsOurs(exception))
        {
            Stop(exception);
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        try
        {
            End();
        }
        catch (Exception exception) when (IsOurs(exception))
        {
            Stop(exception);
        }
    }

    // What is put back after Ctrl-C is put back without a word.
    private void Remark(string text)
    {
        if (!PipelineStopToken.IsCancellationRequested)
        {
            WriteWarning(text);
        }
    }

    private bool IsOurs(Exception exception) =>
        exception is KsmToolsException || (exception is OperationCanceledException && PipelineStopToken.IsCancellationRequested);

    private void Stop(Exception exception)
    {
        if (exception is KsmToolsException failure)
        {
            ThrowTerminatingError(ErrorRecords.Shown(ErrorRecords.From(failure)));
        }

        throw new PipelineStoppedException();
    }
}
