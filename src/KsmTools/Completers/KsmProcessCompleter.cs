using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Views;

namespace KsmTools.Completers;

/// <summary>Offers the processes that use KSM.</summary>
internal abstract class KsmProcessCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var results = new List<CompletionResult>();
        try
        {
            var word = new CompletedWord(wordToComplete, takesWildcards: true);
            foreach (KsmProcess process in new KsmProcessReader(KernelTree.FromEnvironment()).ReadAll((_, _) => { }))
            {
                if (Offers(process) && TextOf(process) is string text && word.With(text, TipOf(process)) is { } result)
                {
                    results.Add(result);
                }
            }
        }
        catch (KsmToolsException)
        {
            // Completion has nowhere to show why; the command itself says it.
            return [];
        }

        return results.DistinctBy(result => result.CompletionText);
    }

    /// <summary>Which processes are offered.</summary>
    protected virtual bool Offers(KsmProcess process) => process.UsesKsm();

    /// <summary>What is completed.</summary>
    protected abstract string? TextOf(KsmProcess process);

    private static string TipOf(KsmProcess process) => MessageText.Format(
        ModuleMessages.KsmProcessTip, process.Id, process.Name, process.MergingPages, HumanSize.Format(process.Profit));
}

/// <summary>Completes the ids of processes that use KSM.</summary>
internal sealed class KsmProcessIdCompleter : KsmProcessCompleter
{
    protected override string? TextOf(KsmProcess process) => process.Id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Completes the names of processes that use KSM.</summary>
internal sealed class KsmProcessNameCompleter : KsmProcessCompleter
{
    protected override string? TextOf(KsmProcess process) => process.Name;
}

/// <summary>Completes the ids of processes that have memory.</summary>
internal sealed class MemoryProcessIdCompleter : KsmProcessCompleter
{
    protected override bool Offers(KsmProcess process) => process.HasMemory();

    protected override string? TextOf(KsmProcess process) => process.Id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Completes the names of processes that have memory.</summary>
internal sealed class MemoryProcessNameCompleter : KsmProcessCompleter
{
    protected override bool Offers(KsmProcess process) => process.HasMemory();

    protected override string? TextOf(KsmProcess process) => process.Name;
}
