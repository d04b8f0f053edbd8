using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KsmTools.Shell.Hosting;

namespace KsmTools.Shell.Execution;

/// <summary>Runs commands in the session's runspace with their output shown, and stops them.</summary>
internal sealed class Executor(Runspace runspace, ShellUserInterface ui)
{
    private readonly Lock _lock = new();
    private readonly Stack<Pipeline> _running = new();

    /// <summary>Runs a command and shows what it writes. An error that ends it comes back, shown by nobody.</summary>
    public Exception? Run(Command command, bool nested = false, IEnumerable<object>? input = null)
    {
        using Pipeline pipeline = nested ? runspace.CreateNestedPipeline() : runspace.CreatePipeline();
        pipeline.Commands.Add(command);
        return Run(pipeline, input);
    }

    /// <summary>Runs text and keeps it in <c>Get-History</c>.</summary>
    public Exception? Run(string script, IEnumerable<CommandParameter>? arguments = null, bool nested = false, IEnumerable<object>? input = null)
    {
        using Pipeline pipeline = nested ? runspace.CreateNestedPipeline(script, addToHistory: true) : runspace.CreatePipeline(script, addToHistory: true);
        foreach (CommandParameter argument in arguments ?? [])
        {
            pipeline.Commands[0].Parameters.Add(argument);
        }

        return Run(pipeline, input);
    }

    /// <summary>Runs text and returns its first output, as for the prompt.</summary>
    public object? Evaluate(string script, bool nested)
    {
        using Pipeline pipeline = nested ? runspace.CreateNestedPipeline(script, addToHistory: false) : runspace.CreatePipeline(script, addToHistory: false);
        Exception? failure = Invoke(pipeline, null, out object? first);
        return failure is null ? first : null;
    }

    /// <summary>Shows an error as the engine would have shown it.</summary>
    public void Report(Exception exception, bool nested = false)
    {
        if (exception is IncompleteParseException)
        {
            // A prompt would ask for more; the engine's view shows nothing at all.
            ui.WriteErrorLine($"ParserError: {exception.Message}");
            return;
        }

        ErrorRecord record = exception is IContainsErrorRecord contains
            ? contains.ErrorRecord
            : new ErrorRecord(exception, "ksmsh", ErrorCategory.NotSpecified, null);
        using Pipeline pipeline = nested ? runspace.CreateNestedPipeline() : runspace.CreatePipeline();
        pipeline.Commands.Add(OutDefault());
        var shown = new PSObject(record);

        EngineInternals.MarkAsError(shown);
        if (Invoke(pipeline, [shown], out _) is not null)
        {
            ui.WriteErrorLine(exception.Message);
        }
    }

    /// <summary>Stops the innermost command. Safe from any thread.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (_running.TryPeek(out Pipeline? pipeline))
            {
                pipeline.StopAsync();
            }
        }
    }

    private static Command OutDefault() => new("Out-Default", isScript: false, useLocalScope: true);

    private Exception? Run(Pipeline pipeline, IEnumerable<object>? input)
    {
        pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        Command show = OutDefault();
        pipeline.Commands.Add(show);
        try
        {
            return Invoke(pipeline, input, out _);
        }
        finally
        {
            ui.Progress.Clear();
        }
    }

    private Exception? Invoke(Pipeline pipeline, IEnumerable<object>? input, out object? first)
    {
        first = null;
        lock (_lock)
        {
            _running.Push(pipeline);
        }

        try
        {
            foreach (PSObject output in input is null ? pipeline.Invoke() : pipeline.Invoke(input))
            {
                first ??= output?.BaseObject;
            }

            return null;
        }
        catch (Exception exception) when (exception is RuntimeException or PSInvalidOperationException or InvalidOperationException)
        {
            return exception;
        }
        finally
        {
            lock (_lock)
            {
                _running.Pop();
            }
        }
    }
}
