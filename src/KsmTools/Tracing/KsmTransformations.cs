using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tracing;

/// <summary>Takes events of KSM that have been through remoting, Clixml, JSON or CSV.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KsmEventTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PropertyBag.Of(inputData, nameof(KsmEvent.Kind), nameof(KsmEvent.HasKsmPage)) is not { } bag ? OtherObject.Of(inputData) : new KsmEvent
        {
            Kind = bag.Get<KsmEventKind>(nameof(KsmEvent.Kind)),
            TimestampNanoseconds = bag.Get<long>(nameof(KsmEvent.TimestampNanoseconds)),
            TimeUnit = bag.Get<RmapTimeUnit>(nameof(KsmEvent.TimeUnit)),
            Cpu = bag.Get<int>(nameof(KsmEvent.Cpu)),
            ThreadId = bag.Get<int>(nameof(KsmEvent.ThreadId)),
            Command = bag.Text(nameof(KsmEvent.Command)) ?? string.Empty,
            Sequence = bag.Maybe<int>(nameof(KsmEvent.Sequence)),
            RmapItems = bag.Maybe<long>(nameof(KsmEvent.RmapItems)),
            Pfn = bag.Maybe<ulong>(nameof(KsmEvent.Pfn)),
            RmapItem = bag.Maybe<ulong>(nameof(KsmEvent.RmapItem)),
            Mm = bag.Maybe<ulong>(nameof(KsmEvent.Mm)),
            KsmPage = bag.Maybe<ulong>(nameof(KsmEvent.KsmPage)),
            HasKsmPage = bag.Flag(nameof(KsmEvent.HasKsmPage)),
            Error = bag.Maybe<int>(nameof(KsmEvent.Error)),
            ScanTimeSeconds = bag.Maybe<long>(nameof(KsmEvent.ScanTimeSeconds)),
            PagesToScan = bag.Maybe<long>(nameof(KsmEvent.PagesToScan)),
            CpuPercent = bag.Maybe<long>(nameof(KsmEvent.CpuPercent)),
            LostEventsBefore = bag.Get<long>(nameof(KsmEvent.LostEventsBefore)),
            LostEventsBeforeIsLowerBound = bag.Flag(nameof(KsmEvent.LostEventsBeforeIsLowerBound)) ?? false,
            Path = bag.Text(nameof(KsmEvent.Path)),
        };
}
