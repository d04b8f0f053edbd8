using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Names;

/// <summary>What others wrote and messages are made of: who holds a lock.</summary>
public sealed class OthersTextTests
{
    [Fact]
    public void Who_holds_a_lock_is_escaped()
    {
        using var tree = new FakeKsmTree();
        using var taken = CommandLock.Take(tree, CommandLock.Settings, Hostile.Name);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => CommandLock.Take(tree, CommandLock.Settings, "Set-KsmConfiguration"));
        Assert.Equal(ErrorReason.KnobBusy, failure.Reason);
        Assert.Contains(Hostile.Shown, failure.Message, StringComparison.Ordinal);
        Hostile.AssertHarmless(failure.Message);
    }
}
