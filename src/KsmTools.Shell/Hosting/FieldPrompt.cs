using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace KsmTools.Shell.Hosting;

/// <summary>Asks for the values of mandatory parameters and other named fields.</summary>
internal sealed class FieldPrompt(ShellUserInterface ui)
{
    public Dictionary<string, PSObject?> Ask(string? caption, string? message, Collection<FieldDescription> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ui.WriteCaption(caption, message);
        if (fields.Any(field => !string.IsNullOrEmpty(field.HelpMessage)))
        {
            ui.WriteLine("(Type !? for Help.)");
        }

        var answers = new Dictionary<string, PSObject?>();
        foreach (FieldDescription field in fields)
        {
            Type type = LanguagePrimitives.TryConvertTo(field.ParameterTypeFullName, out Type? known) && known is not null ? known : typeof(string);
            object? value = typeof(IList).IsAssignableFrom(type) ? List(field, type) : Single(field, type, $"{field.Name}: ");
            if (value is null)
            {
                ui.WriteLine();
                answers.Clear();
                break;
            }

            answers.Add(field.Name, PSObject.AsPSObject(value));
        }

        return answers;
    }

    private object? List(FieldDescription field, Type type)
    {
        var items = new List<object>();
        while (true)
        {
            object? item = Single(field, type.GetElementType() ?? typeof(object), $"{field.Name}[{items.Count}]: ");
            if (item is null)
            {
                return null;
            }

            if (item is string { Length: 0 })
            {
                break;
            }

            items.Add(item);
        }

        return LanguagePrimitives.TryConvertTo(items, type, out object converted) ? converted : items;
    }

    private object? Single(FieldDescription field, Type type, string prompt)
    {
        if (type == typeof(SecureString))
        {
            ui.Write(prompt);
            return ui.ReadLineAsSecureString();
        }

        if (type == typeof(PSCredential))
        {
            ui.WriteLine(field.Name);
            return ui.PromptForCredential(string.Empty, string.Empty, string.Empty, string.Empty);
        }

        while (true)
        {
            string? answer = ui.Ask(prompt);
            if (answer is null)
            {
                return null;
            }

            if (answer == "!?")
            {
                ui.WriteLine(string.IsNullOrEmpty(field.HelpMessage) ? $"No help is available for {field.Name}." : field.HelpMessage);
                continue;
            }

            if (answer.Length == 0 || type == typeof(string) || type == typeof(object))
            {
                return answer;
            }

            try
            {
                return LanguagePrimitives.ConvertTo(answer, type, CultureInfo.InvariantCulture);
            }
            catch (PSInvalidCastException exception) when (exception.InnerException is FormatException or OverflowException)
            {
                ui.WriteLine(
                    $"Cannot recognize \"{answer}\" as a {type} due to {(exception.InnerException is FormatException ? "a format" : "an overflow")} error.");
            }
            catch (PSInvalidCastException)
            {
                // The parameter's own conversion may know more; it reports what it does not.
                return answer;
            }
        }
    }
}
