using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Completers;

/// <summary>Completes the name of a session with those that there are.</summary>
/// <param name="kind">Of which kind.</param>
internal abstract class TraceSessionCompleter(SessionKind kind) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(wordToComplete);
        try
        {
            return [.. new TraceSessions(KernelTree.FromEnvironment()).List(kind)
                .Select(session => word.With(session.Name, $"{session.Command}, {session.Time}"))
                .OfType<CompletionResult>()];
        }
        catch (KsmToolsException)
        {
            // Completion has nobody to tell about a failure.
            return [];
        }
    }
}

/// <inheritdoc/>
internal sealed class RmapSessionCompleter() : TraceSessionCompleter(SessionKind.Rmap);

/// <inheritdoc/>
internal sealed class KsmSessionCompleter() : TraceSessionCompleter(SessionKind.Ksm);
