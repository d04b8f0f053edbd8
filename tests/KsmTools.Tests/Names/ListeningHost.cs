using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Security;

namespace KsmTools.Tests.Names;

/// <summary>A host that keeps what a terminal would show, and says no when it is asked.</summary>
internal sealed class ListeningHost : PSHost
{
    private readonly Ears _ears = new();

    /// <summary>What was shown and asked, in order.</summary>
    public IReadOnlyList<string> Heard => _ears.Heard;

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override string Name => nameof(ListeningHost);

    /// <inheritdoc/>
    public override PSHostUserInterface UI => _ears;

    /// <inheritdoc/>
    public override Version Version { get; } = new(1, 0);

    /// <summary>Runs a script with <see cref="TellCommand"/> at hand, and shows to this host what comes of it.</summary>
    public IReadOnlyList<ErrorRecord> Run(string script)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Test-Told", typeof(TellCommand), null));
        using Runspace runspace = RunspaceFactory.CreateRunspace(this, state);
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript("$PSStyle.OutputRendering = 'PlainText'").AddStatement().AddScript(script);
        try
        {
            foreach (PSObject output in shell.Invoke())
            {
                _ears.WriteLine($"{output}");
            }
        }
        catch (RuntimeException exception)
        {
            return [exception.ErrorRecord];
        }

        return [.. shell.Streams.Error];
    }

    /// <inheritdoc/>
    public override void EnterNestedPrompt()
    {
    }

    /// <inheritdoc/>
    public override void ExitNestedPrompt()
    {
    }

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class Ears : PSHostUserInterface
    {
        public List<string> Heard { get; } = [];

        public override PSHostRawUserInterface? RawUI => null;

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException();

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Heard.Add(caption);
            Heard.Add(message);
            return choices.IndexOf(choices.First(choice => choice.Label == "&No"));
        }

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();

        public override string ReadLine() => throw new NotSupportedException();

        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

        public override void Write(string value) => Heard.Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Heard.Add(value);

        public override void WriteDebugLine(string message) => Heard.Add(message);

        public override void WriteErrorLine(string value) => Heard.Add(value);

        public override void WriteLine(string value) => Heard.Add(value);

        public override void WriteProgress(long sourceId, ProgressRecord record) => Heard.AddRange([record.Activity, record.StatusDescription, record.CurrentOperation ?? string.Empty]);

        public override void WriteVerboseLine(string message) => Heard.Add(message);

        public override void WriteWarningLine(string message) => Heard.Add(message);
    }
}
