using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.KsmProcesses;

/// <summary>The launcher's code, each for its processor: where that is not this one, under qemu's user mode where it is installed.</summary>
[SupportedOSPlatform("linux")]
public sealed class MergeLauncherImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Architecture, string> Emulators => new() { { Architecture.X64, "qemu-x86_64" }, { Architecture.Arm64, "qemu-aarch64" } };

    [Theory]
    [MemberData(nameof(Emulators))]
    public void It_becomes_the_program_with_its_arguments_or_says_why_not(Architecture architecture, string emulator)
    {
        string output = Path.Combine(_folder.Path, "out");
        string[] program = ["/bin/sh", "sh", "-c", $"printf '%s|' \"$@\" > {output}", "name", "a b", "", "c"];
        string status = Start(architecture, emulator, patch: false, program);
        if (Status(status) == (MergeLauncherImage.PrctlFailed | (int)Errno.EINVAL))
        {
            // An old kernel or an emulator that does not know the call: what comes after is reached with a harmless one in its place.
            Assert.False(File.Exists(output));
            status = Start(architecture, emulator, patch: true, program);
        }

        Assert.Equal(0, Status(status));
        Assert.Equal("a b||c|", File.ReadAllText(output));
        status = Start(architecture, emulator, patch: true, "/no/such", "such");
        Assert.Equal(MergeLauncherImage.ExecFailed | (int)Errno.ENOENT, Status(status));
    }

    [Fact]
    public void There_is_none_for_other_processors() => Assert.Null(MergeLauncherImage.Make(Architecture.S390x));

    public void Dispose() => _folder.Dispose();

    private static int Status(string path) => File.ReadAllBytes(path) is { Length: 4 } bytes ? BitConverter.ToInt32(bytes) : 0;

    private string Start(Architecture architecture, string emulator, bool patch, params string[] arguments)
    {
        byte[] image = MergeLauncherImage.Make(architecture)!;
        if (patch)
        {
            // PR_GET_DUMPABLE (3) for PR_SET_MEMORY_MERGE (67): always allowed.
            bool x64 = architecture == Architecture.X64;
            int option = image.AsSpan().IndexOf(x64 ? [0xbf, 0x43] : (ReadOnlySpan<byte>)[0x60, 0x08, 0x80, 0xd2]);
            image[option + 1] = (byte)(x64 ? 0x03 : 0x00);
        }

        string status = _folder.Write("status", string.Empty);
        string launcher = Path.Combine(_folder.Path, "launcher");
        File.WriteAllBytes(launcher, image);
        File.SetUnixFileMode(launcher, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        bool native = RuntimeInformation.ProcessArchitecture == architecture;
        Assert.SkipUnless(native || File.Exists($"/usr/bin/{emulator}"), $"needs {emulator}");
        string[] all = [status, .. arguments];
        using Process process = native ? Process.Start(launcher, all) : Process.Start(emulator, [launcher, .. all]);
        process.WaitForExit();
        File.Delete(launcher);
        return status;
    }
}
