using KsmTools.Interop;

namespace KsmTools.Tests.Support;

/// <summary>What a test needs of the machine. Where it is missing, the test is skipped and says what was missing.</summary>
internal static class Needs
{
    public static void Root() => Assert.SkipUnless(CurrentUser.IsRoot, "needs root");

    public static void Ksm()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        Root();
        Assert.SkipUnless(FileCalls.Access("/sys/kernel/mm/ksm/run", FileCalls.MayWrite) == 0, "needs a writable /sys/kernel/mm/ksm");
    }
}
