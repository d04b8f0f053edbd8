using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KsmTools.Tests.Support;

/// <summary>The tests use the native libraries of the module that was built, as it does itself, and have no copies of their own.</summary>
internal static class NativeLibraries
{
    [ModuleInitializer]
    internal static void Find() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
        NativeLibrary.TryLoad(
            Path.Combine(Checkout.Root, "bin/Dependencies", RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "linux-x64" : "linux-arm64", name + ".so"),
            out nint library) ? library : 0;
}
