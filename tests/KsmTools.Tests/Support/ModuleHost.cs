using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace KsmTools.Tests.Support;

/// <summary>PowerShell in this process with the module imported, as a user has it: objects and error records come back as they are.</summary>
internal sealed class ModuleHost : IDisposable
{
    private readonly Runspace _runspace;

    public ModuleHost()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(Checkout.Manifest);
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>Runs a script. Errors, terminating or not, come back in the result.</summary>
    /// <param name="script">The script.</param>
    /// <param name="input">What goes into its pipeline.</param>
    public ModuleResult Run(string script, params object[] input)
    {
        using var shell = System.Management.Automation.PowerShell.Create(_runspace);
        shell.AddScript(script);
        var output = new PSDataCollection<PSObject>();
        var errors = new List<ErrorRecord>();
        try
        {
            using var pipelineInput = new PSDataCollection<object>(input);
            pipelineInput.Complete();
            shell.Invoke(pipelineInput, output);
        }
        catch (RuntimeException exception)
        {
            errors.Add(exception.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        return new ModuleResult([.. output], errors, [.. shell.Streams.Warning.Select(warning => warning.Message)]);
    }

    /// <summary>Starts a script and returns while it runs, for tests that stop it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="shell">The running pipeline.</param>
    public IAsyncResult Start(string script, out System.Management.Automation.PowerShell shell) => Start(script, [], out shell);

    /// <summary>Starts a script and returns while it runs.</summary>
    /// <param name="script">The script.</param>
    /// <param name="output">Takes what it puts out as it comes.</param>
    /// <param name="shell">The running pipeline.</param>
    public IAsyncResult Start(string script, PSDataCollection<PSObject> output, out System.Management.Automation.PowerShell shell)
    {
        shell = System.Management.Automation.PowerShell.Create(_runspace);
        return shell.AddScript(script).BeginInvoke<PSObject, PSObject>(null, output);
    }

    public void Dispose() => _runspace.Dispose();
}

/// <summary>What a script gave.</summary>
internal sealed record ModuleResult(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>The only output object, which is a <typeparamref name="T"/>; any error fails the test.</summary>
    public T Single<T>()
    {
        Assert.Empty(Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"));
        return Assert.IsType<T>(Assert.Single(Output).BaseObject);
    }

    /// <summary>All output objects, each a <typeparamref name="T"/>; any error fails the test.</summary>
    public IReadOnlyList<T> All<T>()
    {
        Assert.Empty(Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"));
        return [.. Output.Select(item => Assert.IsType<T>(item.BaseObject))];
    }

    /// <summary>The only error, which has this reason.</summary>
    public ErrorRecord Error(Errors.ErrorReason reason)
    {
        ErrorRecord error = Assert.Single(Errors);
        Assert.Equal(reason.ToString(), error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails?.RecommendedAction), "an error says what to do next");
        return error;
    }
}
