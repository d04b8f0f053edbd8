using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Fills records from events' data: a struct as a type argument, so that a decoder calls it without a detour.</summary>
/// <typeparam name="TRecord">What is filled.</typeparam>
internal interface IRecordFiller<TRecord>
    where TRecord : struct
{
    /// <summary>Fills a record.</summary>
    /// <param name="layout">Where the event's record has what is wanted; one of those that the decoder was given.</param>
    /// <param name="data">The event's data.</param>
    /// <param name="length">Its bytes, at least the layout's <see cref="RecordLayout.MinimumLength"/>.</param>
    /// <param name="time">The event's time.</param>
    /// <param name="record">Filled anew, whatever it held.</param>
    /// <returns><see cref="SubBufferFault.None"/>, or what is wrong with the data.</returns>
    SubBufferFault Fill(RecordLayout layout, ref byte data, int length, long time, ref TRecord record);
}
