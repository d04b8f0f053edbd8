using System.Runtime.InteropServices;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>An object for each recording that a reader's records are of, by which objects of the pipeline are told apart.</summary>
internal sealed class Recordings
{
    private readonly Dictionary<byte, object> _byStream = [];

    /// <summary>The recording that an event is of.</summary>
    /// <param name="record">The event.</param>
    /// <param name="lost">What came before it.</param>
    public object Of(in TraceRecord record, in LostBefore lost)
    {
        ref object? recording = ref CollectionsMarshal.GetValueRefOrAddDefault(_byStream, record.Stream, out _);
        return recording = recording is null || lost.IsNewTrace ? new object() : recording;
    }
}
