using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Model;

/// <summary>What <c>/proc</c> says of where a process's memory comes from.</summary>
internal sealed record ProcessOrigin
{
    /// <summary>The process.</summary>
    public required int Id { get; init; }

    /// <summary>
    /// Whether its memory may be a copy of another process's: it has not executed a program since it was forked (<c>PF_FORKNOEXEC</c>), or nothing is known of it. False is
    /// proof: every mapping was made in its own address space.
    /// </summary>
    public bool MayBeCopy { get; private init; } = true;

    /// <summary>Whether it is a thread of the kernel, which has no memory.</summary>
    public bool IsKernelThread { get; private init; }

    /// <summary>When it was forked, in clock ticks since boot; it keeps that over execve(2). Null where nothing is known.</summary>
    public ulong? StartTicks { get; private init; }

    /// <summary>The program that it runs (<c>/proc/pid/exe</c>); null where that is hidden, and in a captured tree.</summary>
    public string? Program { get; private init; }

    /// <summary>Reads a process.</summary>
    public static ProcessOrigin Read(KernelTree kernel, int id)
    {
        string? program = kernel.IsLive && FolderCalls.TryReadLink(ProcessMemory.PathOf(kernel, id, "exe"), out string target) == Errno.None ? target : null;
        return ProcessStat.Read(kernel, id) is { } stat
            ? new ProcessOrigin { Id = id, MayBeCopy = stat.MayBeCopy, IsKernelThread = stat.IsKernelThread, StartTicks = stat.StartTicks, Program = program }
            : new ProcessOrigin { Id = id, Program = program };
    }

    /// <summary>
    /// Whether a mapping of another process can be in the tree of an anon_vma that a mapping of this one belongs to. The other has to be a copy, for what executes a program
    /// loses all mappings. Copies of memory that was made here are younger than this process; one that is itself a copy may also have joined a tree of its ancestors
    /// (mm/rmap.c, <c>anon_vma_clone</c>, reuses what nobody's new pages go to), where copies of any age are. A copy runs the same program:
    /// prctl(2), <c>PR_SET_MM_EXE_FILE</c>, which says otherwise, is taken not to have been used.
    /// </summary>
    public bool CanShareWith(ProcessOrigin other) => other.Id != Id && other is { MayBeCopy: true, IsKernelThread: false }
        && (MayBeCopy || StartTicks is null || other.StartTicks is not { } start || start >= StartTicks)
        && (Program is null || other.Program is null || Program == other.Program);
}
