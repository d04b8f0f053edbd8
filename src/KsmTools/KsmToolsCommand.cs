using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools;

/// <summary>
/// What every cmdlet here shares: the kernel tree, and failures of the library as error records. A failure that leaves
/// <see cref="Begin"/>, <see cref="Process"/> or <see cref="End"/> ends the command; per-item failures go through
/// <see cref="WriteFailure"/> and the command goes on.
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
    private protected bool ShouldProcessQuietly(string target, string action)
    {
        bool whatIf = MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
            ? (SwitchParameter)given
            : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));
        return !whatIf || ShouldProcess(target, action);
    }

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

    private bool IsOurs(Exception exception) =>
        exception is KsmToolsException || (exception is OperationCanceledException && PipelineStopToken.IsCancellationRequested);

    private void Stop(Exception exception)
    {
        if (exception is KsmToolsException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure));
        }

        throw new PipelineStoppedException();
    }
}
