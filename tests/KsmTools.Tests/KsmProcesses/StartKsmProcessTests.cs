using System.Diagnostics;
using System.Runtime.Versioning;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.KsmProcesses;

[SupportedOSPlatform("linux")]
public sealed class StartKsmProcessTests : IDisposable
{
    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public StartKsmProcessTests() =>
        Assert.SkipUnless(ProcessControl.ProbeMemoryMerge() == Errno.None, "needs a kernel with PR_SET_MEMORY_MERGE (6.4)");

    [Fact]
    public void The_program_and_its_children_are_mergeable_and_this_process_is_not()
    {
        Assert.SkipUnless(File.ReadAllText("/proc/self/ksm_stat").Contains("ksm_merge_any", StringComparison.Ordinal), "needs ksm_merge_any");
        using RmapRegion region = RmapRegion.Create(
            new KernelTree("/"), RmapPageType.Ksm, 16, splitVma: true, TestContext.Current.CancellationToken);
        string output = Path.Combine(_folder.Path, "out");

        // The shell forks for the pipe and executes cat: once removed by each.
        Run("sh", "-c", $"cat /proc/$$/ksm_stat > {output}; cat /proc/self/ksm_stat | cat >> {output}");

        string[] lines = [.. File.ReadLines(output).Where(line => line.StartsWith("ksm_merge_any", StringComparison.Ordinal))];
        Assert.Equal(["ksm_merge_any: yes", "ksm_merge_any: yes"], lines);
        Assert.Contains("ksm_merge_any: no", File.ReadAllText("/proc/self/ksm_stat"), StringComparison.Ordinal);
        Assert.All(Memory.ProcessMaps.Details(region).Flags, flags => Assert.Contains(" mg ", flags, StringComparison.Ordinal));
    }

    [Fact]
    public void Arguments_arrive_as_they_were()
    {
        string output = Path.Combine(_folder.Path, "out");
        string[] arguments = ["a b", "it's \"quoted\"", "", "ünï→", "*$x\\", "-", "two\nlines", new string('x', 100_000)];
        Run("sh", ["-c", $"printf '%s\\0' \"$@\" > {output}", "name", .. arguments]);
        Assert.Equal([.. arguments, string.Empty], File.ReadAllText(output).Split('\0'));
    }

    [Theory]
    [InlineData(@"a\b")]
    [InlineData("a::b")]
    [InlineData("[a]*?")]
    [InlineData("a’b")]
    public void A_full_path_is_the_program_it_names(string name)
    {
        const string Shell = "/bin/sh";
        string folder = Path.Combine(_folder.Path, name);
        string program = Path.Combine(folder, "program");
        string output = Path.Combine(_folder.Path, "out");
        Directory.CreateDirectory(folder);
        File.WriteAllText(program, $"#!{Shell}\nprintf '%s' \"$0\" > '{output}'\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Empty(_host.Run($"(Start-KsmProcess -FilePath {CommandText.Quote(program)}).WaitForExit()").Errors);
        Assert.Equal(program, File.ReadAllText(output));
    }

    [Fact]
    public void The_process_is_the_program_itself()
    {
        Process process = _host.Run("$p = Start-KsmProcess sleep 60; $p").Single<Process>();
        try
        {
            Assert.Equal("sleep", process.ProcessName);
            Assert.Equal(["sleep", "60", ""], File.ReadAllText($"/proc/{process.Id}/cmdline").Split('\0'));
            Assert.Equal(["60"], process.StartInfo.ArgumentList);
            Assert.EndsWith("/sleep", process.StartInfo.FileName, StringComparison.Ordinal);
            Assert.Equal(process.Id, _host.Run("$p | Get-KsmProcess").Single<KsmProcess>().Id);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void Exit_codes_come_through_even_the_launchers_own()
    {
        Assert.Equal(0, Run("true"));
        Assert.Equal(127, Run("sh", "-c", "exit 127"));
    }

    [Fact]
    public void It_starts_in_the_current_location_or_the_one_given()
    {
        string output = Path.Combine(_folder.Path, "out");
        string script = $"$p = Start-KsmProcess sh '-c','pwd >> {output}'; $p.WaitForExit()";
        _host.Run($"$null = $ExecutionContext.SessionState.Path.SetLocation('/usr'); {script}").All<object>();
        _host.Run($"$p = Start-KsmProcess sh '-c','pwd >> {output}' -WorkingDirectory ./bin/..; $p.WaitForExit()").All<object>();
        _host.Run($"$p = Start-KsmProcess ./bin/env -ArgumentList sh,'-c','pwd >> {output}' -WorkingDirectory /; $p.WaitForExit()").All<object>();
        Assert.Equal(["/usr", "/usr", "/"], File.ReadAllLines(output));
    }

    [Fact]
    public void No_descriptor_stays_open()
    {
        Run("true");
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int round = 0; round < 20; round++)
        {
            Run("true");
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 5);
    }

    [Fact]
    public void Nothing_runs_of_what_was_cancelled()
    {
        string name = Path.GetFileName(_folder.Path);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        // A kernel that copies many arguments is not done by the first look, but it may be. The program never ends by itself.
        string[] arguments = ["-c", "kill -STOP $$", .. Enumerable.Repeat(new string('x', 100_000), 15)];
        int count = 0;
        Wait.Until(
            () =>
            {
                try
                {
                    using Process process = KsmProcessStarter.Start(new KernelTree("/"), "/usr/bin/sh", name, arguments, "/", cancelled.Token);
                    process.Kill();
                    return false;
                }
                catch (OperationCanceledException)
                {
                    return ++count == 5;
                }
            },
            "nothing was ever cancelled");
        Wait.Until(() => !Directory.EnumerateDirectories("/proc").Any(process => IsNamed(process, name)), "a program runs that was cancelled");
    }

    [Fact]
    public void WhatIf_starts_nothing()
    {
        string output = Path.Combine(_folder.Path, "out");
        Assert.Empty(_host.Run($"Start-KsmProcess touch {output} -WhatIf").All<object>());
        Assert.False(File.Exists(output));
    }

    [Theory]
    [InlineData("nosuch-program", ErrorReason.KernelIoError, "ENOENT")]
    [InlineData("/no/such", ErrorReason.KernelIoError, "ENOENT")]
    [InlineData("/etc", ErrorReason.KernelIoError, "EISDIR")]
    [InlineData("/etc/passwd", ErrorReason.AccessDenied, "EACCES")]
    [InlineData("true -WorkingDirectory /no/such", ErrorReason.KernelIoError, "ENOENT")]
    public void What_cannot_be_started_is_said(string command, ErrorReason reason, string errno) =>
        Assert.Contains(errno, _host.Run($"Start-KsmProcess {command}").Error(reason).Exception.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("echo no first line", "ENOEXEC")]
    [InlineData("#!/no/such/interpreter\n", "ENOENT")]
    public void What_the_kernel_refuses_to_execute_only_in_the_launcher_is_said_too(string contents, string errno)
    {
        string script = _folder.Write("script", contents);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains(errno, _host.Run($"Start-KsmProcess {script}").Error(ErrorReason.KernelIoError).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_ksm_is_not_supported()
    {
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", _folder.Path);
        try
        {
            _host.Run("Start-KsmProcess true").Error(ErrorReason.KsmNotSupported);
        }
        finally
        {
            Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", null);
        }
    }

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    private static bool IsNamed(string process, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0').Take(4).Contains(name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        string path = $"/usr/bin/{program}";
        using Process process = KsmProcessStarter.Start(
            new KernelTree("/"), path, program, arguments, "/", TestContext.Current.CancellationToken);
        Wait.Ended(process);
        return process.ExitCode;
    }
}
