namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>Writes the sections of a file of version 7 one after the other without a gap, so that they can be found even without the options.</summary>
/// <param name="file">The file; the sections begin where it stands.</param>
/// <param name="described">Bytes of descriptions that are in the file already.</param>
internal sealed class TraceDatSections(Stream file, long described = 0) : IDisposable
{
    private readonly TraceDatNumbers _numbers = new(file);
    private readonly MemoryStream _descriptions = new();
    private readonly MemoryStream _options = new();

    /// <summary>Keeps a section's description, for people.</summary>
    /// <returns>Where it is among them.</returns>
    public uint Describe(string description)
    {
        uint place = (uint)(described + _descriptions.Position);
        new TraceDatNumbers(_descriptions).Text(description);
        return place;
    }

    /// <summary>Writes a section's header.</summary>
    /// <param name="id">Its number, of <see cref="TraceDatOptions"/>.</param>
    /// <param name="description">Where its description is.</param>
    /// <param name="size">Bytes that come after the header.</param>
    public void Header(ushort id, uint description, long size) => _numbers.UInt16(id).UInt16(0).UInt32(description).UInt64((ulong)size);

    /// <summary>Writes a section.</summary>
    /// <param name="id">Its number, of <see cref="TraceDatOptions"/>.</param>
    /// <param name="description">For people.</param>
    /// <param name="write">Writes what is in it.</param>
    /// <returns>Where it begins.</returns>
    public long Add(ushort id, string description, Action<TraceDatNumbers> write)
    {
        using var contents = new MemoryStream();
        write(new TraceDatNumbers(contents));
        long start = file.Position;
        Header(id, Describe(description), contents.Length);
        contents.WriteTo(file);
        return start;
    }

    /// <summary>Writes a section that an option of the same number points to.</summary>
    public void AddWithOption(ushort id, string description, Action<TraceDatNumbers> write)
    {
        long start = Add(id, description, write);
        Option(id, numbers => numbers.UInt64((ulong)start));
    }

    /// <summary>Adds an option.</summary>
    public void Option(ushort id, Action<TraceDatNumbers> write)
    {
        using var data = new MemoryStream();
        write(new TraceDatNumbers(data));
        new TraceDatNumbers(_options).UInt16(id).ShortBlock(data.ToArray());
    }

    /// <summary>Writes the options, with which others can be chained later, and the sections' descriptions.</summary>
    /// <returns>Where the options begin.</returns>
    public long Complete()
    {
        Option(TraceDatOptions.Done, numbers => numbers.UInt64(0));
        long options = Add(TraceDatOptions.Done, "options", numbers => numbers.Bytes(_options.ToArray()));

        // Their own description is in the table too: it is there before the table is written.
        uint own = Describe("strings");
        Header(TraceDatOptions.Strings, own, _descriptions.Length);
        _descriptions.WriteTo(file);
        return options;
    }

    public void Dispose()
    {
        _descriptions.Dispose();
        _options.Dispose();
    }
}
