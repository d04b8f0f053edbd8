using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Memory.Triggers;

namespace KsmTools.Migration;

/// <summary>Pages of a small program that has moved them with mremap(2) before they are merged, in a control group of its own, with one beside them that is like no other.</summary>
internal sealed class SwapPages : ScenarioPages
{
    private readonly ProcessPages _pages;
    private readonly ulong[] _content = new ulong[Environment.SystemPageSize / sizeof(ulong)];
    private readonly TreeHolder _holder;

    public SwapPages(KernelTree kernel, int pageCount, CancellationToken cancellationToken)
        : base(kernel)
    {
        _pages = new ProcessPages(kernel);
        Count = pageCount;
        Array.Fill(_content, EqualWord());
        Group = ReclaimGroup.Create(kernel);
        try
        {
            _holder = TreeHolder.Create(new TreeLayout(pageCount, 1, _content[0], IsMergeable: true, Depth: 0), file: null, Group.Add, cancellationToken);
        }
        catch
        {
            Group.Dispose();
            throw;
        }
    }

    /// <summary>The group that the program is in.</summary>
    public ReclaimGroup Group { get; }

    /// <summary>Whether the page that cannot be merged has left memory.</summary>
    public bool IsOtherSwapped => _pages.ReadEntries(Id, Address + ((long)Count * Environment.SystemPageSize), 1)[0].IsSwapped;

    public override int Id => _holder.Id;

    public override long Address => _holder.Addresses[Id];

    public override int Count { get; }

    protected override ReadOnlySpan<byte> Content => MemoryMarshal.AsBytes<ulong>(_content);

    public override KsmToolsException? Death(KsmToolsException cause) => _holder.Death(cause);

    protected override void Dispose(bool disposing)
    {
        _holder.Dispose();
        Group.Dispose();
        base.Dispose(disposing);
    }
}
