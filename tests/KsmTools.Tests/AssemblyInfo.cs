// There is one kernel, and tests change its settings: one test at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

// What a kernel of the lab has no time for is left out, after everything else.
[assembly: Xunit.TestCollectionOrderer(typeof(KsmTools.Tests.Kernels.KernelsLast))]
