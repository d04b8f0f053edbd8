using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace KsmTools.Shell.Execution;

/// <summary>What pwsh's own host reaches inside the engine and no public call offers.</summary>
internal static class EngineInternals
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>Makes <c>exit N</c> in a script that was started by path end the shell with N, instead of only the script.</summary>
    public static void LetExitLeaveScripts(Runspace runspace, bool leave)
    {
        object? context = runspace.GetType().GetProperty("ExecutionContext", Hidden)?.GetValue(runspace)
            ?? throw new MissingMemberException(nameof(Runspace), "ExecutionContext");
        PropertyInfo property = context.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Hidden)
            ?? throw new MissingMemberException("ExecutionContext", "ScriptCommandProcessorShouldRethrowExit");
        property.SetValue(context, leave);
    }

    /// <summary>Makes Out-Default show an object on standard error.</summary>
    public static void MarkAsError(PSObject item)
    {
        PropertyInfo property = typeof(PSObject).GetProperty("WriteStream", Hidden) ?? throw new MissingMemberException(nameof(PSObject), "WriteStream");
        property.SetValue(item, Enum.Parse(property.PropertyType, "Error"));
    }
}
