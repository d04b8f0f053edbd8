using System.Globalization;
using System.Management.Automation.Host;

namespace KsmTools.Tests.Support;

/// <summary>A host of PowerShell in a test: what it shows goes to an interface, and nothing else happens.</summary>
/// <param name="shown">Takes what is shown.</param>
/// <param name="culture">The user's.</param>
internal abstract class BareHost(PSHostUserInterface shown, CultureInfo culture) : PSHost
{
    public override CultureInfo CurrentCulture => culture;

    public override CultureInfo CurrentUICulture => culture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => GetType().Name;

    public override PSHostUserInterface UI => shown;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt()
    {
    }

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
