using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KsmTools.Tests.Support;

/// <summary>A process of Perl with pages in a string, which writes ids a line each, goes on with a line of its input, and ends with it.</summary>
internal sealed class PerlProcess : IDisposable
{
    // Pages that ksmd may merge from then on, of eight letters or each unlike all others; the numbers of prctl(2), clone(2) and exit(2).
    private const string Pages = """
        my ($pages, $size, $word, $prctl, $clone, $exit) = @ARGV;
        my $x = $word eq 'distinct' ? '' : $word eq 'zero' ? "\0" x ($pages * $size) : $word x ($pages * $size / 8);
        for my $page (1..($word eq 'distinct' ? $pages : 0)) {
            $x .= sprintf('%08d', $page) x ($size / 8);
        }
        sub say_ids { syswrite(STDOUT, join(' ', @_) . "\n") }
        sub wait_word { my $read = sysread(STDIN, my $word, 1); return $read }
        if (syscall($prctl, 67, 1, 0, 0, 0)) { say_ids('no'); exit }

        """;

    private readonly Process _process;

    private PerlProcess(Process process) => _process = process;

    /// <summary>Its id.</summary>
    public int Id => _process.Id;

    /// <summary>The process, which forks when it is told to. Its children end with its input.</summary>
    public static PerlProcess Forking(int pages, string word, int children) => Start(Pages + $$"""
        say_ids($$);
        exit if !wait_word();
        my @ids;
        for (1..{{children}}) {
            my $id = fork;
            if (!$id) { wait_word(); exit }
            push @ids, $id;
        }
        say_ids(@ids);
        wait_word();
        """, pages, word);

    /// <summary>Two processes with one memory (<c>CLONE_VM</c>); the first waits in clone(2), as in vfork(2), until it is killed.</summary>
    public static PerlProcess WithSharedMemory(int pages, string word) => Start(Pages + """
        syscall($clone, 0x4111, 0, 0, 0, 0);
        say_ids(getppid(), $$);
        wait_word();
        kill 9, getppid();
        syscall($exit, 0);
        """, pages, word);

    /// <summary>A process whose first thread ends, while another goes on.</summary>
    public static PerlProcess WithoutLeader(int pages, string word)
    {
        Needs.Program("perl");
        using (Process test = Process.Start(new ProcessStartInfo("perl", ["-Mthreads", "-e", "1"]) { RedirectStandardError = true })!)
        {
            test.WaitForExit();
            Assert.SkipUnless(test.ExitCode == 0, "needs a Perl with threads");
        }

        PerlProcess process = Start("use threads; use POSIX (); $| = 1;\n" + Pages + """
            threads->create(sub { say_ids($$); wait_word(); kill 9, $$ });
            syscall($exit, 0);
            """, pages, word);
        Wait.Until(() => File.ReadAllText($"/proc/{process.Id}/stat").Contains(") Z ", StringComparison.Ordinal), "the first thread does not end");
        return process;
    }

    /// <summary>Ids of the next line.</summary>
    public int[] ReadIds()
    {
        string line = _process.StandardOutput.ReadLine() ?? "no";
        Assert.SkipWhen(line == "no", "needs a kernel with PR_SET_MEMORY_MERGE");
        return [.. line.Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
    }

    /// <summary>Lets it go on.</summary>
    public void GoOn()
    {
        _process.StandardInput.Write('x');
        _process.StandardInput.Flush();
    }

    public void Dispose()
    {
        _process.StandardInput.Dispose();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static PerlProcess Start(string script, int pages, string word)
    {
        Needs.Program("perl");
        bool isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        string[] arguments = ["-e", script, $"{pages}", $"{Environment.SystemPageSize}", word, isX64 ? "157" : "167", isX64 ? "56" : "220", isX64 ? "60" : "93"];
        return new PerlProcess(Process.Start(new ProcessStartInfo("perl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
    }
}
