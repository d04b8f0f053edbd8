using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Records;

namespace KsmTools.Migration;

/// <summary>Pages of this process.</summary>
internal class BasicPages : ScenarioPages
{
    private readonly byte[] _content = new byte[Environment.SystemPageSize];

    public BasicPages(KernelTree kernel, int pageCount, CancellationToken cancellationToken)
        : base(kernel)
    {
        Region = RmapRegion.Create(kernel, RmapPageType.Ksm, pageCount, splitVma: false, cancellationToken);
        Errno errno = TryRead(Id, Address, _content);
        if (errno != Errno.None)
        {
            Dispose();
            throw KernelErrors.ForFile(errno, "/proc/self/mem", "read");
        }
    }

    public override int Id => Region.Id;

    public override long Address => Region.Address;

    public override int Count => Region.PageCount;

    protected RmapRegion Region { get; }

    protected override ReadOnlySpan<byte> Content => _content;

    protected override void Dispose(bool disposing)
    {
        Region.Dispose();
        base.Dispose(disposing);
    }
}
