using System.Globalization;
using System.Management.Automation.Host;
using KsmTools.Shell.CommandLine;
using KsmTools.Shell.Execution;

namespace KsmTools.Shell.Hosting;

/// <summary>What the engine asks of the program that hosts it.</summary>
internal sealed class ShellHost(Session session, ShellUserInterface ui) : PSHost
{
    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "ksmsh";

    public override PSHostUserInterface UI => ui;

    public override Version Version => Usage.ShellVersion;

    /// <summary>What <c>exit</c> said, or null.</summary>
    public int? ExitCode { get; private set; }

    public override void EnterNestedPrompt() => session.EnterNestedPrompt();

    public override void ExitNestedPrompt() => session.ExitNestedPrompt();

    public override void NotifyBeginApplication() => ui.Progress.Hide();

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
        ExitCode = exitCode;
    }
}
