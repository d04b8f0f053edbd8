using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Memory.Forked;

/// <summary>
/// Pages of a tree of processes of a small program (<see cref="TreeHolderImage"/>), each of which has moved them with mremap(2) behind its fork. The processes end with
/// <see cref="Dispose"/>, and by themselves when this process is killed.
/// </summary>
internal sealed class TreeHolder : IDisposable
{
    private const int DepthShift = 32;

    private readonly HolderProcess _holder;
    private readonly Dictionary<int, long> _addresses = [];

    private TreeHolder(HolderProcess holder) => _holder = holder;

    /// <summary>The process that began.</summary>
    public int Id => _holder.Id;

    /// <summary>The processes, the one that began first, and where the first page of each is.</summary>
    public IReadOnlyDictionary<int, long> Addresses => _addresses;

    /// <summary>How many processes there are.</summary>
    /// <param name="depth">How many levels are below the first.</param>
    public static int CountProcesses(int depth) => Enumerable.Range(0, depth + 1).Sum(level => (int)Math.Pow(TreeHolderImage.Children, level));

    /// <summary>Starts the program, and waits until every process has its pages.</summary>
    /// <param name="layout">Its pages and processes.</param>
    /// <param name="file">The file whose pages they are, which is filled; null for anonymous ones.</param>
    /// <param name="place">Called with the process's id before it maps anything; may be null.</param>
    /// <param name="cancellationToken">Gives up, leaving nothing.</param>
    /// <exception cref="KsmToolsException">This architecture is not supported, there is not the memory, or the kernel refused.</exception>
    public static TreeHolder Create(TreeLayout layout, SafeFileHandle? file, Action<int>? place, CancellationToken cancellationToken)
    {
        long pageSize = Environment.SystemPageSize;
        long slot = (layout.PageCount + layout.OtherPages) * pageSize;
        byte[] image = TreeHolderImage.Make(RuntimeInformation.ProcessArchitecture, slot, layout.PageCount * pageSize, layout.Content, layout.IsMergeable, layout.Depth)
            ?? throw PageErrors.ForHolderArchitecture();
        int processes = CountProcesses(layout.Depth);
        RegionLimits.CheckMemory(KernelTree.Running, (processes * ForkedPages.BytesPerProcess) + (slot * (layout.IsMergeable ? processes : 1)));
        using ProgramFile program = ProgramFile.Create("ksmtools-holder", image);
        var holder = new TreeHolder(HolderProcess.Start(program, file is null ? null : $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}"));
        try
        {
            place?.Invoke(holder.Id);
            holder.Read(slot, layout.Depth, processes, cancellationToken);
            return holder;
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="HolderProcess.Death"/>
    public KsmToolsException? Death(Exception? cause) => _holder.Death(cause);

    public void Dispose() => _holder.Dispose();

    // Each level has moved its pages one slot further.
    private void Read(long slot, int depth, int processes, CancellationToken cancellationToken)
    {
        string call = Text.Format(Messages.TreeHolderCall, processes);
        _holder.GoOn(call);
        long first = _holder.Read(call, cancellationToken);
        _addresses.Add(_holder.Id, first + slot);
        for (int process = 0; process < processes; process++)
        {
            long answer = _holder.Read(call, cancellationToken);
            int level = depth - (int)(answer >> DepthShift);
            _addresses[(int)answer] = first + ((level + 1) * slot);
        }
    }
}
