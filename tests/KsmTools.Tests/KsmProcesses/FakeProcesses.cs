using System.Globalization;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.KsmProcesses;

/// <summary>A <c>/proc</c> as kernels of different age leave it.</summary>
internal sealed class FakeProcesses : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public KernelTree Kernel => new(_root.Path);

    public string Path => _root.Path;

    public KsmProcessReader Reader => new(Kernel);

    public FakeProcesses Add(int id, string name, string? stat = null, string? mergingPages = null)
    {
        Write(id, "comm", name + "\n");
        if (stat is not null)
        {
            Write(id, "ksm_stat", stat);
        }

        if (mergingPages is not null)
        {
            Write(id, "ksm_merging_pages", mergingPages);
        }

        return this;
    }

    public string Write(int id, string file, string contents) =>
        _root.Write(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}"), contents);

    public void Dispose() => _root.Dispose();
}
