using System.Management.Automation;

namespace KsmTools.Shell;

/// <summary>The folder of modules beside this program, which holds KsmTools and nothing else.</summary>
internal static class OwnModules
{
    private const string Variable = "PSModulePath";

    /// <summary>Puts it before what users have installed, where another version of KsmTools may be; runspaces, jobs and children inherit the order.</summary>
    public static void ComeFirst()
    {
        string own = Path.Combine(AppContext.BaseDirectory, "Own");
        string all = ModuleIntrinsics.GetModulePath(Environment.GetEnvironmentVariable(Variable), hklmMachineModulePath: null, hkcuUserModulePath: null);
        Environment.SetEnvironmentVariable(Variable, string.Join(Path.PathSeparator, all.Split(Path.PathSeparator).Prepend(own).Distinct()));
    }
}
