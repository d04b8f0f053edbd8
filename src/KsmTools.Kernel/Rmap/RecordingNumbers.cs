namespace KsmTools.Rmap;

/// <summary>Numbers for the recordings and files that events of the pipeline are from, which a record has room for.</summary>
internal sealed class RecordingNumbers
{
    private readonly Dictionary<object, byte> _streams = [];
    private readonly Dictionary<string, int> _sources = [];
    private readonly List<string> _paths = [];
    private bool _areUsedAgain;

    /// <summary>The files, by their numbers.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The number of an event's recording, or of its file where nobody knows the recording; 0 is also that of a session.</summary>
    /// <param name="item">The event.</param>
    /// <param name="isUsedAgain">Whether another recording had this number, so that a mark must come between.</param>
    public byte Stream(RmapEvent item, out bool isUsedAgain)
    {
        isUsedAgain = false;
        object recording = item.Recording ?? item.Path ?? string.Empty;
        if (_streams.TryGetValue(recording, out byte stream))
        {
            return stream;
        }

        if (_streams.Count > byte.MaxValue)
        {
            _streams.Clear();
            _areUsedAgain = true;
        }

        stream = (byte)_streams.Count;
        _streams.Add(recording, stream);
        isUsedAgain = _areUsedAgain;
        return stream;
    }

    /// <summary>The number of a file; one that <see cref="Paths"/> has not for none, and where there are more than records have room for.</summary>
    /// <param name="path">The file, if any.</param>
    public int Source(string? path)
    {
        if (path is null)
        {
            return ushort.MaxValue;
        }

        if (_sources.TryGetValue(path, out int source))
        {
            return source;
        }

        if (_paths.Count == ushort.MaxValue)
        {
            return ushort.MaxValue;
        }

        _paths.Add(path);
        _sources.Add(path, _paths.Count - 1);
        return _paths.Count - 1;
    }
}
