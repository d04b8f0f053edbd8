using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;

namespace KsmTools.Shell.Utility;

/// <summary>Ends a pipeline early, as Select-Object -First does.</summary>
internal static class Pipelines
{
    private static readonly Type StopType = typeof(PSObject).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!;

    /// <summary>What to throw so that the commands before this one stop and those after it finish.</summary>
    public static Exception StopUpstream(InternalCommand command) =>
        (Exception)Activator.CreateInstance(StopType, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, binder: null, [command], culture: null)!;
}
