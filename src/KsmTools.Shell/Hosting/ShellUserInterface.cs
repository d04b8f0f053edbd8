using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using KsmTools.Shell.CommandLine;

namespace KsmTools.Shell.Hosting;

/// <summary>
/// The streams that people see. As in pwsh, errors go to standard error and warnings, verbose, debug and information text to
/// standard output; unlike pwsh, escape sequences reach terminals only.
/// </summary>
internal sealed class ShellUserInterface : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    /// <summary>Longer lines than this are not remembered whole; only where a following prompt is drawn depends on it.</summary>
    private const int LongestOpenLine = 8192;

    private readonly Lock _lock = new();
    private readonly ShellInput _input;
    private string _openLine = string.Empty;
    private readonly ChoicePrompt _choices;
    private readonly FieldPrompt _fields;

    public ShellUserInterface(ShellOptions options, ShellInput input)
    {
        _input = input;
        _choices = new ChoicePrompt(this);
        _fields = new FieldPrompt(this);
        IsNonInteractive = options.NonInteractive;
        if (!Terminal.WantsColor)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }
    }

    public bool IsNonInteractive { get; }

    public ProgressLine Progress { get; } = new();

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface();

    public override bool SupportsVirtualTerminal => Terminal.IsOutput && Terminal.WantsColor;

    public override string ReadLine()
    {
        RefuseWhenNonInteractive();
        Progress.Hide();
        return ReadAnswer() ?? string.Empty;
    }

    public override SecureString ReadLineAsSecureString()
    {
        RefuseWhenNonInteractive();
        Progress.Hide();
        var secret = new SecureString();
        foreach (char character in _input.ReadSecret(TakeOpenLine()) ?? string.Empty)
        {
            secret.AppendChar(character);
        }

        return secret;
    }

    public override void Write(string value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        lock (_lock)
        {
            Progress.Hide();
            Console.Out.Write(GetOutputString(value, SupportsVirtualTerminal));
            int end = value.LastIndexOf('\n');
            _openLine = end >= 0 ? value[(end + 1)..] : _openLine.Length < LongestOpenLine ? _openLine + value : value;
            Progress.OutputEnded(value);
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(InColor(foregroundColor, backgroundColor, value));

    public override void WriteLine() => Write(Environment.NewLine);

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(InColor(foregroundColor, backgroundColor, value) + Environment.NewLine);

    public override void WriteErrorLine(string value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        lock (_lock)
        {
            Progress.Hide();
            Console.Error.WriteLine(GetOutputString(value, Terminal.IsError && Terminal.WantsColor));
        }
    }

    public override void WriteDebugLine(string message) => WriteStyled(FormatStyle.Debug, "DEBUG: ", message);

    public override void WriteVerboseLine(string message) => WriteStyled(FormatStyle.Verbose, "VERBOSE: ", message);

    public override void WriteWarningLine(string message) => WriteStyled(FormatStyle.Warning, "WARNING: ", message);

    public override void WriteInformation(InformationRecord record)
    {
        // The engine shows information records through Write and WriteLine; this hook is for hosts that keep them.
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (Terminal.MovesCursor)
        {
            lock (_lock)
            {
                Progress.Show(sourceId, record);
            }
        }
    }

    public override Dictionary<string, PSObject?> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RefuseWhenNonInteractive();
        return _fields.Ask(caption, message, descriptions);
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseWhenNonInteractive();
        return _choices.Ask(caption, message, choices, defaultChoice);
    }

    public Collection<int> PromptForChoice(string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
    {
        RefuseWhenNonInteractive();
        return _choices.AskMany(caption, message, choices, [.. defaultChoices ?? []]);
    }

    public override PSCredential? PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential? PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        RefuseWhenNonInteractive();
        WriteCaption(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
            if (userName.Length == 0)
            {
                return null;
            }
        }

        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    /// <summary>The heading of every prompt.</summary>
    public void WriteCaption(string? caption, string? message)
    {
        if (!string.IsNullOrEmpty(caption))
        {
            WriteLine();
            WriteLine(caption);
        }

        if (!string.IsNullOrEmpty(message))
        {
            WriteLine(message);
        }
    }

    /// <summary>Asks on a line of its own; null when input has ended or Ctrl-C was pressed.</summary>
    public string? Ask(string prompt)
    {
        Write(prompt);
        return ReadAnswer();
    }

    private string? ReadAnswer() => _input.ReadLine(TakeOpenLine());

    /// <summary>What has been written to the terminal's present line; Enter ends it.</summary>
    private string TakeOpenLine()
    {
        string line = _openLine;
        _openLine = string.Empty;
        return line;
    }

    private void RefuseWhenNonInteractive()
    {
        if (IsNonInteractive)
        {
            throw new PSInvalidOperationException("PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.");
        }
    }

    private void WriteStyled(FormatStyle style, string label, string message)
    {
        WriteLine(SupportsVirtualTerminal ? GetFormatStyleString(style) + label + message + PSStyle.Instance.Reset : label + message);
    }

    private string InColor(ConsoleColor foreground, ConsoleColor background, string value)
    {
        if (!SupportsVirtualTerminal || string.IsNullOrEmpty(value))
        {
            return value;
        }

        // Unknown, -1, means as it is.
        string on = (foreground >= 0 ? PSStyle.Instance.Foreground.FromConsoleColor(foreground) : string.Empty)
            + (background >= 0 ? PSStyle.Instance.Background.FromConsoleColor(background) : string.Empty);
        return on.Length == 0 ? value : on + value + PSStyle.Instance.Reset;
    }
}
