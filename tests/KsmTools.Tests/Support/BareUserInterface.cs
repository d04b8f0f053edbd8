using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace KsmTools.Tests.Support;

/// <summary>Keeps what a terminal would show, one after the other, and answers no question.</summary>
internal class BareUserInterface(PSHostRawUserInterface? screen) : PSHostUserInterface
{
    /// <summary>What was shown.</summary>
    public List<string> Shown { get; } = [];

    public override PSHostRawUserInterface? RawUI => screen;

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw new NotSupportedException();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw new NotSupportedException();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();

    public override string ReadLine() => throw new NotSupportedException();

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

    public override void Write(string value) => Shown.Add(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteDebugLine(string message) => WriteLine(message);

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteLine(string value) => Shown.Add(value);

    public override void WriteProgress(long sourceId, ProgressRecord record) => Shown.AddRange([record.Activity, record.StatusDescription, record.CurrentOperation ?? string.Empty]);

    public override void WriteVerboseLine(string message) => WriteLine(message);

    public override void WriteWarningLine(string message) => WriteLine(message);
}
