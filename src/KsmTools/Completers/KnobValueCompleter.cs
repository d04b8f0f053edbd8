using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Completers;

/// <summary>Completes a knob's parameter with the value that is there now and the kernel's default; a switch of the kernel with both of its values, and the advisor with the words that the kernel offers.</summary>
internal sealed class KnobValueCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        if (KsmKnob.All.FirstOrDefault(knob => knob.Property.Equals(parameterName, StringComparison.OrdinalIgnoreCase)) is not { } knob)
        {
            return [];
        }

        KsmConfigurationStore store = new(KernelTree.FromEnvironment());
        string? now = Ask(() => knob.TextIn(store.Read()));
        (string Value, string Meaning)[] values = parameterName.Equals(nameof(KsmConfiguration.AdvisorMode), StringComparison.OrdinalIgnoreCase)
            ? [.. from word in Ask(() => store.AdvisorModes) ?? [] select (word, knob.FileName)]
            : knob.IsSwitch
            ? [("$true", Meaning("1", now, knob)), ("$false", Meaning("0", now, knob))]
            : now is null || now == knob.DefaultText
                ? [(knob.DefaultText, Meaning(knob.DefaultText, now, knob))]
                : [(now, Meaning(now, now, knob)), (knob.DefaultText, Meaning(knob.DefaultText, now, knob))];
        if (parameterName.Equals(nameof(KsmConfiguration.AdvisorMode), StringComparison.OrdinalIgnoreCase))
        {
            // The words are the kernel's, or a captured tree's.
            var word = new CompletedWord(wordToComplete);
            return values.Select(value => word.With(value.Value, value.Meaning)).OfType<CompletionResult>();
        }

        return values
            .Where(value => value.Value.StartsWith(wordToComplete ?? string.Empty, StringComparison.OrdinalIgnoreCase))
            .Select(value => new CompletionResult(value.Value, value.Value, CompletionResultType.ParameterValue, value.Meaning));
    }

    private static string Meaning(string text, string? now, KsmKnob knob) =>
        text == now ? MessageText.Format(ModuleMessages.KnobValueNow, knob.FileName)
        : text == knob.DefaultText ? MessageText.Format(ModuleMessages.KnobValueDefault, knob.FileName)
        : knob.FileName;

    // Completion has nobody to tell about a failure.
    private static T? Ask<T>(Func<T?> question)
        where T : class
    {
        try
        {
            return question();
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }
}
