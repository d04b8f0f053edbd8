using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>
/// A process and its children, which share a large string since fork(2). Each may then write every other page of it, with the same contents, and ask for its memory to be merged
/// (<c>PR_SET_MEMORY_MERGE</c>): one after the other, the parent first. All of them end with their standard input.
/// </summary>
internal sealed class ForkFamily : IDisposable
{
    private const string Script = """
        my ($pages, $size, $word, $children, $mergeable, $broken, $call) = @ARGV;
        my %mergeable = map { $_ => 1 } split /,/, $mergeable;
        my %broken = map { $_ => 1 } split /,/, $broken;
        my $x = $word eq 'distinct' ? '' : $word eq 'zero' ? "\0" x ($pages * $size) : $word x ($pages * $size / 8);
        for my $page (1..($word eq 'distinct' ? $pages : 0)) {
            $x .= sprintf('%08d', $page) x ($size / 8);
        }
        sub become {
            my $i = shift;
            for (my $page = 0; $broken{$i} && $page < $pages; $page += 2) {
                substr($x, $page * $size + 100, 1) = substr($x, $page * $size + 100, 1);
            }
            my $failed = $mergeable{$i} && syscall($call, 67, 1, 0, 0, 0);
            syswrite(STDOUT, $failed ? "no\n" : "$$\n");
        }
        pipe(my $done, my $say);
        my @go;
        for my $i (1..$children) {
            pipe(my $wait, $go[$i]);
            if (!fork) {
                close $go[$_] for 1..$i;
                sysread($wait, my $word, 1);
                become($i);
                syswrite($say, 'x');
                sysread(STDIN, $word, 1);
                exit;
            }
        }
        become(0);
        for my $i (1..$children) {
            syswrite($go[$i], 'x');
            sysread($done, my $word, 1);
        }
        syswrite(STDOUT, "all\n");
        sysread(STDIN, my $end, 1);
        """;

    private readonly Process _parent;

    private ForkFamily(Process parent, int[] ids)
    {
        _parent = parent;
        Ids = ids;
    }

    /// <summary>The parent and its children in order.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>Makes a family.</summary>
    /// <param name="pages">Pages of the string.</param>
    /// <param name="word">Eight letters that fill it, <c>zero</c>, or <c>distinct</c>.</param>
    /// <param name="children">How many children.</param>
    /// <param name="mergeable">Whose memory may be merged: 0 is the parent.</param>
    /// <param name="broken">Who has copies of every other page.</param>
    public static ForkFamily Start(int pages, string word, int children, int[] mergeable, int[] broken)
    {
        Needs.Program("perl");
        int call = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 157 : 167;
        string[] arguments = ["-e", Script, $"{pages}", $"{Environment.SystemPageSize}", word, $"{children}", string.Join(',', mergeable), string.Join(',', broken), $"{call}"];
        Process parent = Process.Start(new ProcessStartInfo("perl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var ids = new List<int>();
        for (string? line = parent.StandardOutput.ReadLine(); line is not (null or "all"); line = parent.StandardOutput.ReadLine())
        {
            ids.Add(int.TryParse(line, CultureInfo.InvariantCulture, out int id) ? id : 0);
        }

        var family = new ForkFamily(parent, [.. ids]);
        if (ids.Count != children + 1 || ids.Contains(0))
        {
            family.Dispose();
            Assert.Skip("needs a kernel with PR_SET_MEMORY_MERGE");
        }

        return family;
    }

    /// <summary>Those members, by their numbers in the family.</summary>
    public int[] Of(int[] members) => [.. members.Select(member => Ids[member])];

    public void Dispose()
    {
        _parent.StandardInput.Dispose();
        _parent.WaitForExit();
        _parent.Dispose();
    }
}
