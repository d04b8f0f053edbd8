using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace KsmTools.Shell.Utility;

/// <summary>Registers the commands of this folder, which stand in for those of assemblies that only the PowerShell SDK brings.</summary>
internal static class UtilityCommands
{
    /// <summary>Adds them all, unless the real assemblies are beside the shell.</summary>
    public static void AddTo(InitialSessionState state)
    {
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, "Microsoft.PowerShell.Commands.Utility.dll")))
        {
            return;
        }

        foreach (Type type in typeof(UtilityCommands).Assembly.GetTypes())
        {
            if (type.IsSubclassOf(typeof(Cmdlet)) && type.GetCustomAttribute<CmdletAttribute>(inherit: false) is CmdletAttribute cmdlet)
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{cmdlet.VerbName}-{cmdlet.NounName}", type, helpFileName: null));
            }
        }
    }
}
