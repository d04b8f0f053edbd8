using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Potential;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>What the kernel says of a process that is not there: the caller's, and a program that is in no group and has no argument, until something else is said.</summary>
internal sealed class FakeProcess : IDisposable
{
    public const int Id = 4321;

    private const string Proc = "proc/4321/";

    private readonly TemporaryFolder _tree = new();

    public FakeProcess()
    {
        Program = _tree.Write("bin/server", "a program");
        Users = Enumerable.Repeat(Caller, 4);
        Link("exe", Program);
        Link("cwd", Folder);
        Words = [Program];
        Groups = "0::/";
    }

    public static uint Caller => CurrentUser.Id;

    /// <summary>The program's file.</summary>
    public string Program { get; }

    public string Folder => _tree.Path;

    public IEnumerable<uint> Users
    {
        set => _tree.Write(Proc + "status", $"Name:\tserver\nUmask:\t0022\nUid:\t{string.Join('\t', value)}\nGid:\t0\t0\t0\t0\n");
    }

    public string Groups
    {
        set => _tree.Write(Proc + "cgroup", value + "\n");
    }

    public IEnumerable<string> Words
    {
        set => CommandLine = Encoding.UTF8.GetBytes(string.Concat(value.Select(word => word + "\0")));
    }

    public byte[] CommandLine
    {
        set
        {
            _tree.Write(Proc + "cmdline", string.Empty);
            File.WriteAllBytes(Path.Combine(_tree.Path, Proc, "cmdline"), value);
        }
    }

    /// <summary>What a link of the process leads to, such as <c>exe</c>.</summary>
    public void Link(string name, string target)
    {
        string path = Path.Combine(_tree.Path, Proc, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    /// <summary>What is said where ksmd runs.</summary>
    public string? Advice() => Advice(ksmdRuns: true);

    public string? Advice(bool ksmdRuns) => new EnableAdvice(new KernelTree(_tree.Path), ksmdRuns, CommandText.Quote).For(Id, mergeable: false);

    public void Dispose() => _tree.Dispose();
}
