using System.Runtime.InteropServices;

namespace KsmTools.Shell;

/// <summary>The .NET that runs this process.</summary>
internal static class Runtime
{
    private const string Variable = "DOTNET_ROOT";

    /// <summary>
    /// Start-Job and remoting start <c>$PSHOME/pwsh</c>, which looks for .NET where packages install it: one that was unpacked elsewhere and is
    /// on the PATH only is named to it.
    /// </summary>
    public static void ShowToChildren()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/; self-contained, the runtime is beside the program and there is nothing to name.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        if (Environment.GetEnvironmentVariable(Variable) is null && File.Exists(Path.Combine(root, "dotnet")))
        {
            Environment.SetEnvironmentVariable(Variable, root);
        }
    }
}
