using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KsmTools;

/// <summary>
/// Loads the packages that this module uses from its own <c>Dependencies</c> folder into a load context of their own: another
/// module of the same session may have loaded other versions of them.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "Dependencies");
    private static readonly DependencyContext Private = new();

    /// <inheritdoc/>
    public void OnImport()
    {
        RequireWidth(nint.Size);
        AssemblyLoadContext.Default.Resolving += Resolve;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += ResolveNative;
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        AssemblyLoadContext.Default.Resolving -= Resolve;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll -= ResolveNative;
    }

    /// <summary>Refuses a process of 32 bits: its system calls take their arguments in another way, and addresses of other processes do not fit.</summary>
    /// <param name="addressSize">Bytes of an address.</param>
    internal static void RequireWidth(int addressSize)
    {
        if (addressSize < sizeof(long))
        {
            throw new PSNotSupportedException(ModuleMessages.NeedsWideProcess);
        }
    }

    // Asked only where the default context has no assembly of that name, or has a version that is too old.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) => Find(name) is { } path ? Private.LoadFromAssemblyPath(path) : null;

    private static string? Find(AssemblyName name) =>
        Path.Combine(Folder, name.Name + ".dll") is var path && File.Exists(path) && AssemblyName.GetAssemblyName(path).Version == name.Version ? path : null;

    // For an assembly of the same version that somebody else has loaded, and that has no native part beside it. With another C library it does not load.
    private static nint ResolveNative(Assembly assembly, string name) =>
        Find(assembly.GetName()) is not null && NativeLibrary.TryLoad(NativePath(name), out nint library) ? library : 0;

    private static string NativePath(string name) =>
        Path.Combine(Folder, RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "linux-x64" : "linux-arm64", name + ".so");

    // Its own libraries come before all that LD_LIBRARY_PATH and the system have under the same name.
    private sealed class DependencyContext() : AssemblyLoadContext("KsmTools dependencies")
    {
        protected override nint LoadUnmanagedDll(string unmanagedDllName) => NativeLibrary.TryLoad(NativePath(unmanagedDllName), out nint library) ? library : 0;
    }
}
