using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using KsmTools.Shell.Editing;
using KsmTools.Shell.Modules;

namespace KsmTools.Shell.Execution;

/// <summary>The engine's own completion and parser behind the line editor.</summary>
internal sealed class EngineCompleter(Runspace runspace, ModuleOnDemand? module) : ILineCompleter
{
    /// <summary>Whether text ends in the middle of a statement.</summary>
    public static bool NeedsMore(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Length > 0 && errors.Any(error => error.IncompleteInput);
    }

    public bool IsIncomplete(string text) => NeedsMore(text);

    public CompletionChoices Complete(string text, int cursor)
    {
        module?.ImportOutsidePipelines();
        try
        {
            using var shell = PowerShell.Create(runspace);
            CommandCompletion completion = CommandCompletion.CompleteInput(text, cursor, null, shell);
            return new CompletionChoices(
                completion.ReplacementIndex,
                completion.ReplacementLength,
                [.. completion.CompletionMatches.Select(match => (match.CompletionText, match.ListItemText))]);
        }
        catch (Exception exception) when (exception is RuntimeException or InvalidOperationException)
        {
            // No completion is better than a broken line.
            return new CompletionChoices(cursor, 0, []);
        }
    }
}
