using Xunit.Sdk;
using Xunit.v3;

namespace KsmTools.Tests.Kernels;

/// <summary>
/// The order of test collections: those of the lab's kernels beyond the first that is wanted come last, as they are wanted. If time is up before the end, it is for these.
/// </summary>
public sealed class KernelsLast : ITestCollectionOrderer
{
    /// <summary>What the collection of a kernel's tests is called: this and the kernel's name.</summary>
    public const string Prefix = "kernel ";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName))];

    private static int Place(string name)
    {
        int place = name.StartsWith(Prefix, StringComparison.Ordinal) ? LabFixture.Wanted.ToList().IndexOf(name[Prefix.Length..]) : -1;
        return Math.Max(place, 0);
    }
}
