using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text;

namespace KsmTools.Shell.Hosting;

/// <summary>Asks for one or more of some choices, each with the hot key that its label marks with an ampersand.</summary>
internal sealed class ChoicePrompt(ShellUserInterface ui)
{
    public int Ask(string? caption, string? message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ui.WriteCaption(caption, message);
        (string Key, string Label)[] labels = [.. choices.Select(Split)];
        while (true)
        {
            string answer = ui.Ask(Menu(labels, defaultChoice)) ?? throw Canceled();
            answer = answer.Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            if (answer == "?")
            {
                ShowHelp(choices, labels);
                continue;
            }

            int picked = Pick(labels, answer);
            if (picked >= 0)
            {
                return picked;
            }
        }
    }

    public Collection<int> AskMany(string? caption, string? message, Collection<ChoiceDescription> choices, int[] defaults)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ui.WriteCaption(caption, message);
        (string Key, string Label)[] labels = [.. choices.Select(Split)];
        foreach ((string key, string label) in labels)
        {
            ui.WriteLine($"[{key}] {label}");
        }

        ui.WriteLine("[?] Help");
        if (defaults.Length > 0)
        {
            string names = string.Join(',', defaults.Select(choice => labels[choice].Key.Length > 0 ? labels[choice].Key : labels[choice].Label));
            ui.WriteLine(defaults.Length == 1 ? $"(default is \"{names}\")" : $"(default choices are {names})");
        }

        var picked = new Collection<int>();
        while (true)
        {
            string answer = (ui.Ask($"Choice[{picked.Count}]: ") ?? throw Canceled()).Trim();
            if (answer.Length == 0)
            {
                return picked.Count == 0 ? [.. defaults] : picked;
            }

            if (answer == "?")
            {
                ShowHelp(choices, labels);
            }
            else if (Pick(labels, answer) is >= 0 and int choice)
            {
                picked.Add(choice);
            }
        }
    }

    private static PromptingException Canceled() => new("The prompt was canceled.", null, "PromptForChoiceCanceled", ErrorCategory.OperationStopped);

    private static (string Key, string Label) Split(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&');
        string label = mark < 0 ? choice.Label : choice.Label.Remove(mark, 1).Trim();
        string key = mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label.Substring(mark + 1, 1).Trim().ToUpperInvariant() : string.Empty;
        return (key, label);
    }

    private static int Pick((string Key, string Label)[] labels, string answer)
    {
        int byLabel = Array.FindIndex(labels, label => label.Label.Equals(answer, StringComparison.OrdinalIgnoreCase));
        return byLabel >= 0
            ? byLabel
            : Array.FindIndex(labels, label => label.Key.Length > 0 && label.Key.Equals(answer, StringComparison.OrdinalIgnoreCase));
    }

    private string Menu((string Key, string Label)[] labels, int defaultChoice)
    {
        int width = ui.RawUI.WindowSize.Width - 1;
        var text = new StringBuilder();
        int used = 0;
        foreach ((string key, string label) in labels)
        {
            Add($"[{key}] {label}  ");
        }

        Add("[?] Help ");
        if (defaultChoice >= 0)
        {
            string name = labels[defaultChoice].Key.Length > 0 ? labels[defaultChoice].Key : labels[defaultChoice].Label;
            Add($"(default is \"{name}\"): ");
        }

        return text.ToString();

        void Add(string part)
        {
            if (used + part.Length > width)
            {
                text.AppendLine().Append(part.TrimEnd());
                used = part.Length;
                return;
            }

            text.Append(part);
            used += part.Length;
        }
    }

    private void ShowHelp(Collection<ChoiceDescription> choices, (string Key, string Label)[] labels)
    {
        for (int i = 0; i < choices.Count; i++)
        {
            ui.WriteLine($"{(labels[i].Key.Length > 0 ? labels[i].Key : labels[i].Label)} - {choices[i].HelpMessage}");
        }
    }
}
