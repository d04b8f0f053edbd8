using System.Collections.Frozen;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KsmTools.Shell.Utility;

namespace KsmTools.Shell.Modules;

/// <summary>
/// Imports KsmTools through its manifest when something first needs it, as pwsh loads modules from its module path: a command that is
/// not known, a command that looks at commands or modules, a type named in the text, completion. Most starts need none of it and are
/// quicker by the import.
/// </summary>
internal sealed class ModuleOnDemand(Runspace runspace)
{
    private static readonly FrozenSet<string> Lookers = new[]
    {
        "Get-Command", "gcm", "Get-Module", "gmo", "Get-Help", "help", "Import-Clixml", "Get-FormatData", "Get-TypeData", "TabExpansion2",
        "Invoke-Pester", "Remove-Module", "rmo",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const string Qualifier = ModuleLocator.ModuleName + "\\";

    private bool _tried;

    public void Attach()
    {
        CommandInvocationIntrinsics commands = runspace.SessionStateProxy.InvokeCommand;
        commands.PreCommandLookupAction = (_, lookup) =>
        {
            if (!_tried && (Lookers.Contains(lookup.CommandName) || lookup.CommandName.StartsWith(Qualifier, StringComparison.OrdinalIgnoreCase)))
            {
                Import(RunspaceMode.CurrentRunspace);
            }
        };
        commands.CommandNotFoundAction = (_, lookup) => NotFound(commands, lookup);
    }

    /// <summary>Text that names the module's types is compiled before any of its commands is looked up.</summary>
    public void ImportIfNamed(string text)
    {
        if (!_tried && text.Contains("KsmTools.", StringComparison.OrdinalIgnoreCase))
        {
            ImportOutsidePipelines();
        }
    }

    /// <summary>The same from the host's own thread, while nothing runs.</summary>
    public void ImportOutsidePipelines()
    {
        if (!_tried)
        {
            Import(RunspaceMode.NewRunspace);
        }
    }

    private void NotFound(CommandInvocationIntrinsics commands, CommandLookupEventArgs lookup)
    {
        // The engine tries "Get-" in front of names it does not know, and asks again.
        string name = lookup.CommandName;
        if (!_tried)
        {
            Import(RunspaceMode.CurrentRunspace);
            CommandInfo? found = commands.GetCommand(name, CommandTypes.Cmdlet | CommandTypes.Alias | CommandTypes.Function);
            if (found is not null)
            {
                lookup.Command = found;
                lookup.StopSearch = true;
                return;
            }
        }

        if (AbsentCommands.Explain(name) is ScriptBlock explanation)
        {
            lookup.CommandScriptBlock = explanation;
            lookup.StopSearch = true;
        }
    }

    private void Import(RunspaceMode mode)
    {
        _tried = true;
        if (ModuleLocator.FindManifest() is not string manifest)
        {
            return;
        }

        using PowerShell shell = mode == RunspaceMode.CurrentRunspace ? PowerShell.Create(mode) : PowerShell.Create(runspace);
        shell.AddCommand("Get-Module").AddParameter("Name", ModuleLocator.ModuleName);
        if (shell.Invoke().Count > 0)
        {
            return;
        }

        shell.Commands.Clear();
        shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("Global").AddParameter("ErrorAction", ActionPreference.Stop);
        try
        {
            shell.Invoke();
        }
        catch (RuntimeException exception)
        {
            // What was asked for may have nothing to do with the module: say why it is missing, and go on.
            Console.Error.WriteLine($"ksmsh: {ModuleLocator.ModuleName} could not be imported from {manifest}: {exception.Message}");
        }
    }
}
