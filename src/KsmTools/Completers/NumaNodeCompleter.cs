using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Views;

namespace KsmTools.Completers;

/// <summary>Completes a NUMA node with those that there are.</summary>
/// <param name="needsMemory">Only nodes that pages can be moved to.</param>
internal abstract class NodeCompleter(bool needsMemory) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(wordToComplete);
        try
        {
            return [.. new NumaNodes(KernelTree.FromEnvironment()).Read()
                .Where(node => node.HasMemory || !needsMemory)
                .Select(node => word.With(node.Id.ToString(CultureInfo.InvariantCulture), TipOf(node)))
                .OfType<CompletionResult>()];
        }
        catch (KsmToolsException)
        {
            // Completion has nobody to tell about a failure.
            return [];
        }
    }

    private static string TipOf(NumaNode node) => MessageText.Format(
        ModuleMessages.NumaNodeTip, node.Id, HumanSize.Format(node.MemoryBytes), HumanSize.Format(node.FreeBytes), node.Cpus);
}

/// <inheritdoc/>
internal sealed class NumaNodeCompleter() : NodeCompleter(needsMemory: false);

/// <inheritdoc/>
internal sealed class MemoryNodeCompleter() : NodeCompleter(needsMemory: true);
