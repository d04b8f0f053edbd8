using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Completers;

/// <summary>Completes the name of a trace clock with those of this kernel.</summary>
internal sealed class TraceClockCompleter : IArgumentCompleter
{
    private static readonly string[] Usual = ["local", "global", "counter", "uptime", "perf", "mono", "mono_raw", "boot", "tai"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(wordToComplete);
        return Clocks().Select(clock => word.With(clock)).OfType<CompletionResult>();
    }

    private static IReadOnlyList<string> Clocks()
    {
        try
        {
            return new TraceSessions(KernelTree.FromEnvironment()).Clocks() is { Count: > 0 } clocks ? clocks : Usual;
        }
        catch (KsmToolsException)
        {
            // Completion has nobody to tell about a failure.
            return Usual;
        }
    }
}
