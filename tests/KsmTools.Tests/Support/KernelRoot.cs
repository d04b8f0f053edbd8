using KsmTools.Files;

namespace KsmTools.Tests.Support;

/// <summary>Points <c>KSMTOOLS_ROOT</c> at a tree for a while.</summary>
internal sealed class KernelRoot : IDisposable
{
    public KernelRoot(KernelTree tree) => Environment.SetEnvironmentVariable(KernelTree.RootVariable, tree.Root);

    public void Dispose() => Environment.SetEnvironmentVariable(KernelTree.RootVariable, null);
}
