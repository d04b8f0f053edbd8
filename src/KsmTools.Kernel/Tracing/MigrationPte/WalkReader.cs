using System.Diagnostics;
using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Walks;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>
/// Gives the starts and ends of walks, whatever a trace has of them: those that the kernel recorded, those of walks that it recorded whole, or, until the first of them comes, those that are made of
/// migrations' page-table entries (<see cref="PteRuns"/>).
/// </summary>
internal sealed class WalkReader : WrappedReader
{
    private const uint NoEnds = (1u << (int)TraceRecordKind.UnmapEntry) | (1u << (int)TraceRecordKind.MapEntry) | (1u << (int)TraceRecordKind.Walk);

    // No walk has gone on for this long without coming to another entry; the longest seen, of 20,000 VMAs, had gaps of 32 ms.
    private static readonly TimeSpan OverAfter = TimeSpan.FromSeconds(2);

    private readonly IFormatReader _reader;
    private readonly PteRuns _runs;

    /// <param name="reader">A reader of <see cref="Wanted"/>; disposed with this one.</param>
    /// <param name="architecture">The traced machine's architecture, where the trace does not say.</param>
    public WalkReader(IFormatReader reader, Architecture? architecture = null)
        : base(reader)
    {
        _reader = reader;
        _runs = new PteRuns(reader.Symbols, ArchitectureOf(reader.Machine) ?? architecture ?? RuntimeInformation.ProcessArchitecture);
    }

    /// <summary>The events that walks are made of.</summary>
    public static WantedEvents Wanted { get; } = new(new WalkEvents(), new MigrationEvents());

    /// <summary>The pages whose walks are wanted, where walks are made of entries; null for all of them.</summary>
    public PteRegion? Region
    {
        get => _runs.Region;
        set => _runs.Region = value;
    }

    public override bool IsApproximate => _runs.HasWalks;

    public override bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        _runs.Take();
        if (ReadNext(out ReadOnlySpan<TraceRecord> next, cancellationToken))
        {
            records = (_reader.Kinds & NoEnds) == 0 ? PassOn(next) : Walks(next);
            return true;
        }

        _runs.Complete();
        records = _runs.Walks;
        return !IsOver() || !records.IsEmpty;
    }

    // Entries may still come, in a trace whose walks have starts and ends.
    private ReadOnlySpan<TraceRecord> PassOn(ReadOnlySpan<TraceRecord> records)
    {
        for (int i = 0; i < records.Length && !_runs.IsExact; i++)
        {
            _runs.IsExact = records[i].Kind != TraceRecordKind.Lost;
        }

        return records;
    }

    private ReadOnlySpan<TraceRecord> Walks(ReadOnlySpan<TraceRecord> records)
    {
        _runs.Add(records);
        return _runs.Walks;
    }

    private bool ReadNext(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        if (!_runs.IsOpen || _reader is not IFollowingReader { Until: { } limit } following)
        {
            return _reader.Read(out records, cancellationToken);
        }

        // A walk that is open is told once it is over, not when another one comes.
        long over = Stopwatch.GetTimestamp() + (long)(OverAfter.TotalSeconds * Stopwatch.Frequency);
        return following.Read(out records, Math.Min(limit, over), cancellationToken);
    }

    private bool IsOver() =>
        _reader is not IFollowingReader { Until: { } until } || Failure is not null || (until != long.MaxValue && Stopwatch.GetTimestamp() >= until);

    private static Architecture? ArchitectureOf(string? machine) => machine switch
    {
        "x86_64" => Architecture.X64,
        "aarch64" => Architecture.Arm64,
        "riscv64" => Architecture.RiscV64,
        "s390x" => Architecture.S390x,
        "ppc64le" => Architecture.Ppc64le,
        "loongarch64" => Architecture.LoongArch64,
        _ => null,
    };
}
