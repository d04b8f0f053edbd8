using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace KsmTools;

/// <summary>
/// Loads the packages that this module uses from its own <c>Dependencies</c> folder into a load context of their own: another
/// module of the same session may have loaded other versions of them.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "Dependencies");
    private static readonly AssemblyLoadContext Private = new("KsmTools dependencies");

    /// <inheritdoc/>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += Resolve;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= Resolve;

    // Asked only where the default context has no assembly of that name, or has a version that is too old.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        string path = Path.Combine(Folder, name.Name + ".dll");
        return File.Exists(path) && AssemblyName.GetAssemblyName(path).Version == name.Version ? Private.LoadFromAssemblyPath(path) : null;
    }
}
