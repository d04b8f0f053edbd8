using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>
/// The migration tracepoints that fire inside a walk, once for every page-table entry (include/trace/events/migrate.h): <c>set_migration_pte: addr=7fa1, pte=f7ff order=0</c>.
/// </summary>
internal sealed class MigrationEvents : EventFamily
{
    /// <summary>The unmapping walk's, which <c>try_to_migrate</c> asks for.</summary>
    public const string Set = Rmap.ApproximateWalks.Unmap;

    /// <summary>The walk's that maps the new page, which <c>remove_migration_ptes</c> asks for.</summary>
    public const string Remove = Rmap.ApproximateWalks.Map;

    /// <summary>The entry's place among a record's numbers.</summary>
    public const int Entry = 0;

    /// <summary>The place of the address that the entry is for.</summary>
    public const int Address = 1;

    private static readonly WantedField[] Fields = [WantedField.Number(Entry, "pte"), WantedField.Number(Address, "addr")];

    /// <inheritdoc/>
    public override IReadOnlyList<WantedEvent> Events { get; } = [new(TraceRecordKind.UnmapEntry, Set, Fields), new(TraceRecordKind.MapEntry, Remove, Fields)];

    /// <inheritdoc/>
    public override LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record)
    {
        bool isSet = name.SequenceEqual("set_migration_pte"u8);
        if (!isSet && !name.SequenceEqual("remove_migration_pte"u8))
        {
            return LineKind.OtherEvent;
        }

        record.Kind = isSet ? TraceRecordKind.UnmapEntry : TraceRecordKind.MapEntry;
        record.ClearValues();
        while (!fields.IsEmpty)
        {
            int end = fields.IndexOfAny((byte)' ', (byte)',');
            ReadOnlySpan<byte> field = end < 0 ? fields : fields[..end];
            fields = end < 0 ? default : fields[(end + 1)..];
            int place = field.StartsWith("pte="u8) ? Entry : field.StartsWith("addr="u8) ? Address : -1;
            if (place < 0)
            {
                continue;
            }

            if (!Digits.TryHex(field[(field.IndexOf((byte)'=') + 1)..], out ulong value))
            {
                return LineKind.Unreadable;
            }

            record.Set(place, value);
        }

        return record[Entry] is null ? LineKind.Unreadable : LineKind.Event;
    }

    /// <inheritdoc/>
    public override bool EndsWhole(ReadOnlySpan<byte> line) => line.EndsWith(" order=0"u8) || line.EndsWith(")"u8);
}
