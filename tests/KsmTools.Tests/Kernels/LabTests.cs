using System.Text;
using KsmTools.Lab;

namespace KsmTools.Tests.Kernels;

/// <summary>The lab itself: what a command leaves comes back, and what goes wrong is told.</summary>
public sealed class LabTests(Debian73 lab) : IClassFixture<Debian73>
{
    [Fact]
    public void Output_exit_code_and_files_come_back()
    {
        using var output = new MemoryStream();
        LabResult result = lab.Run(
            LabCommand.Shell("""echo "it's out"; echo err >&2; printf '\000\377' > "$LAB_OUT/bytes"; exit 42"""), output: output);
        Assert.Equal(42, result.ExitCode);
        Assert.Equal("it's out\n", result.Output);
        Assert.Equal("it's out\n", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal("err\n", result.Errors);
        Assert.Equal([0x00, 0xFF], File.ReadAllBytes(Path.Combine(result.FilesFolder, "bytes")));
    }

    [Fact]
    public void Variables_reach_the_command_as_they_are()
    {
        const string value = "a 'quoted' $word\nand a line";
        LabResult result = lab.Run(LabCommand.Shell("printf %s \"$WORD\""), environment: new() { ["WORD"] = value });
        Assert.Equal(value, result.Output);
    }

    [Fact]
    public void What_the_guest_writes_stays_there()
    {
        string file = Path.Combine(Path.GetTempPath(), "ksmtools-lab-" + Guid.NewGuid());
        LabResult result = lab.Run(LabCommand.Shell($"echo x > {file} && cat {file}"));
        Assert.Equal("x\n", result.Output);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_command_whose_time_is_up_is_ended_and_the_next_one_runs()
    {
        LabResult late = lab.Run(LabCommand.Shell("echo begun; sleep 100"), TimeSpan.FromSeconds(2));
        Assert.Null(late.ExitCode);
        Assert.Equal("begun\n", late.Output);
        Assert.InRange(late.Duration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100));
        Assert.Equal(0, lab.Run(LabCommand.Shell("true")).ExitCode);
    }

    [Fact]
    public void A_panic_is_told_with_what_the_kernel_said()
    {
        _ = lab.Machine;
        try
        {
            var failure = Assert.Throws<LabFailedException>(() => lab.Run(LabCommand.Shell("echo c > /proc/sysrq-trigger")));
            Assert.Contains("panicked", failure.Message, StringComparison.Ordinal);
            Assert.Contains("Kernel panic - not syncing: sysrq triggered crash", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            lab.SwitchOff();
        }
    }
}
