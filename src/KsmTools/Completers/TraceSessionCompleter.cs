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
        try
        {
            return [.. new TraceSessions(KernelTree.FromEnvironment()).List(kind)
                .Where(session => session.Name.StartsWith(wordToComplete ?? string.Empty, StringComparison.OrdinalIgnoreCase))
                .Select(session => new CompletionResult(
                    session.Name, session.Name, CompletionResultType.ParameterValue, $"{session.Command}, {session.Time}"))];
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
