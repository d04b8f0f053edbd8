using System.Management.Automation.Runspaces;
using KsmTools.Shell.Utility;

namespace KsmTools.Shell.Execution;

/// <summary>What every session starts with: the engine's own commands and, where they are absent, the shell's.</summary>
internal static class SessionStateFactory
{
    public static InitialSessionState Create()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        UtilityCommands.AddTo(state);
        return state;
    }
}
