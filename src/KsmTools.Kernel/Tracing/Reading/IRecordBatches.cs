using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>Gives records in the order of time, some at a time.</summary>
internal interface IRecordBatches
{
    /// <summary>Fills records.</summary>
    /// <param name="into">Filled from the start.</param>
    /// <param name="isEnded">Whether there are no more after these.</param>
    /// <param name="cancellationToken">Ends a long stretch of other events.</param>
    /// <returns>How many were filled; may be 0 before the end.</returns>
    int Fill(Span<TraceRecord> into, out bool isEnded, CancellationToken cancellationToken);
}
