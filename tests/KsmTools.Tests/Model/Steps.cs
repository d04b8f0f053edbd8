using KsmTools.Model;

namespace KsmTools.Tests.Model;

/// <summary>Steps of the model that give up when the test does.</summary>
internal static class Steps
{
    public static void ScanAll(this KsmModel ksm) => ksm.Scan(TestContext.Current.CancellationToken);

    public static void MoveTo(this AddressSpace mm, ulong from, ulong to, ulong count) => mm.Move(from, to, count, TestContext.Current.CancellationToken);

    public static void Walk(this RmapWalker walker, StableNode node) => walker.WalkOnce(node, null, TestContext.Current.CancellationToken);

    public static RmapWalker Walk(this KsmModel ksm, StableNode node, RmapStrategy strategy, bool endsWhenUnmapped = false)
    {
        var walker = new RmapWalker(ksm, strategy);
        walker.Walk(node, endsWhenUnmapped);
        return walker;
    }
}
