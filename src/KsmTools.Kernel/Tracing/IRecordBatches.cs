namespace KsmTools.Tracing;

/// <summary>Gives records in the order of time, some at a time.</summary>
/// <typeparam name="TRecord">What an event became.</typeparam>
internal interface IRecordBatches<TRecord>
    where TRecord : struct
{
    /// <summary>Fills records.</summary>
    /// <param name="into">Filled from the start.</param>
    /// <param name="isEnded">Whether there are no more after these.</param>
    /// <param name="cancellationToken">Ends a long stretch of other events.</param>
    /// <returns>How many were filled; may be 0 before the end.</returns>
    int Fill(Span<TRecord> into, out bool isEnded, CancellationToken cancellationToken);
}
