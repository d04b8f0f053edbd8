using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.RegularExpressions;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Views;

/// <summary>PowerShell with the module at a terminal of a given width, whose lines are kept.</summary>
internal sealed partial class TerminalHost : BareHost, IDisposable
{
    private readonly BareUserInterface _terminal;
    private readonly Runspace _runspace;

    /// <param name="columns">The terminal's width.</param>
    /// <param name="culture">The user's: PowerShell breaks between words in English and a few others, and anywhere in the invariant one, as under <c>LANG=C.UTF-8</c>.</param>
    public TerminalHost(int columns, CultureInfo culture)
        : this(new BareUserInterface(new Screen(columns)), culture)
    {
    }

    private TerminalHost(BareUserInterface terminal, CultureInfo culture)
        : base(terminal, culture)
    {
        _terminal = terminal;
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(Checkout.Manifest);
        _runspace = RunspaceFactory.CreateRunspace(this, state);
        _runspace.Open();
    }

    /// <summary>What the terminal shows of objects.</summary>
    /// <param name="how">What formats them; empty is what a user has who types nothing more.</param>
    /// <param name="shown">The objects.</param>
    public string[] Show(string how, params object[] shown) => Show("$input", how, shown);

    /// <summary>What the terminal shows of objects that come so slowly that PowerShell does not wait for the second one with the table's layout.</summary>
    /// <param name="how">As of <see cref="Show(string, object[])"/>.</param>
    /// <param name="shown">The objects.</param>
    public string[] ShowLate(string how, params object[] shown) => Show("$input | ForEach-Object { $_; Start-Sleep -Milliseconds 500 }", how, shown);

    /// <summary>What a script gives of an object.</summary>
    public string Evaluate(string script, object item) => Run($"$input | ForEach-Object {{ {script} }} | ForEach-Object {{ \"$_\" }}", item).FirstOrDefault()?.ToString().Trim() ?? string.Empty;

    public void Dispose() => _runspace.Dispose();

    /// <summary>Runs a script, which must have no error.</summary>
    public Collection<PSObject> Run(string script, params object[] input)
    {
        using var shell = System.Management.Automation.PowerShell.Create(_runspace);
        Collection<PSObject> output = shell.AddScript(script).Invoke(input);
        Assert.Empty(shell.Streams.Error.Select(error => error.ToString()));
        return output;
    }

    private string[] Show(string source, string how, object[] shown)
    {
        _terminal.Shown.Clear();
        Run($"{source} {how} | Out-Default", shown);
        return [.. _terminal.Shown.SelectMany(text => text.Split('\n')).Select(line => Colours().Replace(line, string.Empty).TrimEnd())];
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
