using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>Compaction of all memory (Documentation/admin-guide/sysctl/vm.rst): the everyday cause of long walks. Which pages migrate is the kernel's choice.</summary>
internal sealed class CompactionTrigger : WalkTrigger
{
    private const string CompactMemory = "/proc/sys/vm/compact_memory";

    public override RmapTrigger Kind => RmapTrigger.Compaction;

    public override bool Migrates => true;

    public override bool TakesAllMemory => true;

    public override string Needs => Messages.CompactionNeeds;

    public override string Action => Messages.CompactionTriggerAction;

    public override TriggerRefusal? Check(TriggerTarget target) => CheckFile(target, CompactMemory, "CONFIG_COMPACTION");

    public override TriggerOutcome Run(TriggerTarget target, Stopwatch clock, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProcessPage> before = target.ReadPages(cancellationToken);
        clock.Start();
        Errno errno = target.Kernel.TryWrite(CompactMemory, "1");
        clock.Stop();
        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, CompactMemory, "write");
        }

        return new TriggerOutcome(CountMoved(before, target.ReadPages(cancellationToken)), target.First.Node);
    }
}
