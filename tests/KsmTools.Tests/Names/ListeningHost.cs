using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Names;

/// <summary>A host that keeps what a terminal would show, and says no when it is asked.</summary>
internal sealed class ListeningHost : BareHost
{
    private readonly Terminal _terminal;

    public ListeningHost()
        : this(new Terminal())
    {
    }

    private ListeningHost(Terminal terminal)
        : base(terminal, CultureInfo.InvariantCulture) => _terminal = terminal;

    /// <summary>What was shown and asked, in order.</summary>
    public IReadOnlyList<string> Heard => _terminal.Shown;

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
                _terminal.WriteLine($"{output}");
            }
        }
        catch (RuntimeException exception)
        {
            return [exception.ErrorRecord];
        }

        return [.. shell.Streams.Error];
    }

    private sealed class Terminal() : BareUserInterface(screen: null)
    {
        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Shown.Add(caption);
            Shown.Add(message);
            return choices.IndexOf(choices.First(choice => choice.Label == "&No"));
        }
    }
}
