namespace KsmTools.Lab.Kernels;

/// <summary>Where a kernel comes from.</summary>
internal interface IKernelSource
{
    /// <summary>What the lab calls the kernel.</summary>
    string Name { get; }

    /// <summary>The newest one in the cache, or null.</summary>
    LabKernel? FindReady();

    /// <summary>Puts the newest one there is into the cache.</summary>
    /// <exception cref="LabUnavailableException">A tool or package is missing.</exception>
    LabKernel Make(Action<string> progress);
}
