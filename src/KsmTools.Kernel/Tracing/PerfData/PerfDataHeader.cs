using KsmTools.Errors;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.PerfData;

/// <summary>A stretch of a perf.data file, <c>struct perf_file_section</c>.</summary>
internal readonly record struct PerfSection(ulong Offset, ulong Size)
{
    /// <summary>Whether it lies in a file of some length.</summary>
    public bool IsWithin(long length) => Offset <= (ulong)length && Size <= (ulong)length - Offset;

    /// <summary>The first byte after it, for people.</summary>
    public long End => Offset > long.MaxValue || Size > long.MaxValue - Offset ? long.MaxValue : (long)(Offset + Size);
}

/// <summary>
/// What a perf.data file begins with, and what it refers to besides its data: the events that were recorded and their formats
/// (tools/perf/Documentation/perf.data-file-format.txt).
/// </summary>
internal sealed class PerfDataHeader
{
    /// <summary>Bytes of <c>struct perf_file_header</c>, of which the last 32 are bits of features.</summary>
    public const int Length = 104;

    /// <summary>Bytes of the header that perf writes to a pipe.</summary>
    public const int PipeLength = 16;

    private const int FeatureBits = 72;
    private const int SectionLength = 16;
    private const int TracingDataBit = 1;
    private const int HostNameBit = 3;
    private const int ReleaseBit = 4;
    private const int ArchitectureBit = 6;
    private const int LongestText = 256;

    private readonly BinaryFile _file;
    private readonly PerfDecoder _decoder;
    private readonly byte[] _header = new byte[Length];

    private PerfDataHeader(BinaryFile file, PerfDecoder decoder)
    {
        _file = file;
        _decoder = decoder;
    }

    /// <summary>The data section.</summary>
    public PerfSection Data { get; private set; }

    /// <summary>The kernel's release; null where perf did not record it.</summary>
    public string? Kernel { get; private set; }

    /// <summary>The machine, as uname(2) calls it; null where perf did not record it.</summary>
    public string? Machine { get; private set; }

    /// <summary>Why something is missing; without the formats no event can be read.</summary>
    public KsmToolsException? Failure { get; private set; }

    /// <summary>Whether the data can be read.</summary>
    public bool HasData { get; private set; }

    /// <summary>Reads the header, and tells the decoder what events there are.</summary>
    /// <exception cref="KsmToolsException">It contradicts itself.</exception>
    public static PerfDataHeader Read(BinaryFile file, PerfDecoder decoder)
    {
        var header = new PerfDataHeader(file, decoder);
        header.Failure = header.TryRead();
        return header;
    }

    private KsmToolsException? TryRead()
    {
        if (_file.ReadAt(0, _header) < Length)
        {
            return Truncated(Length);
        }

        ulong size = _decoder.Order.UInt64(_header, 8);
        ulong attributeSize = _decoder.Order.UInt64(_header, 16);
        PerfSection attributes = Section(_header, 24);
        Data = Section(_header, 40);
        if (size < FeatureBits || attributeSize is < PerfAttribute.LeastLength + SectionLength or > PerfAttribute.MostLength + SectionLength
            || attributes.Size / attributeSize > PerfAttributes.MostAttributes)
        {
            throw PerfDataFailure.Corrupt(_file.Path, 8, Messages.ReasonPerfHeader);
        }

        if (ReadAttributes(attributes, (int)attributeSize) is { } failure)
        {
            return failure;
        }

        // perf record writes how much data there is when it ends.
        if (Data.Size == 0 && Data.Offset < (ulong)_file.Length)
        {
            return PerfDataFailure.Unfinished(_file.Path);
        }

        if (!Data.IsWithin(_file.Length))
        {
            return Truncated(Data.End);
        }

        return size < Length ? NoFormats() : ReadFeatures();
    }

    private KsmToolsException? ReadAttributes(PerfSection section, int size)
    {
        if (!section.IsWithin(_file.Length))
        {
            return Truncated(section.End);
        }

        byte[] bytes = new byte[size];
        long left = _file.Length;
        long end = section.End - (section.End - (long)section.Offset) % size;
        for (long at = (long)section.Offset; at < end; at += size)
        {
            _file.ReadAt(at, bytes);
            int length = _decoder.AddAttribute(bytes.AsSpan(0, size - SectionLength), withIds: false);
            if (length == 0)
            {
                throw PerfDataFailure.Corrupt(_file.Path, at, Messages.ReasonAttribute);
            }

            PerfSection ids = Section(bytes, length);
            if (!ids.IsWithin(_file.Length))
            {
                return Truncated(ids.End);
            }

            // Each event's ids are somewhere else: together they are no longer than the file.
            left -= (long)ids.Size;
            if (left < 0 || ids.Size / 8 > (ulong)(PerfAttributes.MostIds - _decoder.Attributes.Ids))
            {
                throw PerfDataFailure.Corrupt(_file.Path, at, Messages.ReasonAttribute);
            }

            byte[] numbers = new byte[ids.Size];
            _file.ReadAt((long)ids.Offset, numbers);
            _decoder.AddIds(numbers);
        }

        return null;
    }

    // After the data there is a section for each bit that is set, in their order.
    private KsmToolsException? ReadFeatures()
    {
        int count = 0, tracingData = -1, release = -1, architecture = -1;
        for (int bit = 0; bit < (Length - FeatureBits) * 8; bit++)
        {
            if (HasFeature(bit))
            {
                tracingData = bit == TracingDataBit ? count : tracingData;
                release = bit == ReleaseBit ? count : release;
                architecture = bit == ArchitectureBit ? count : architecture;
                count++;
            }
        }

        byte[] table = new byte[count * SectionLength];
        if (_file.ReadAt(Data.End, table) < table.Length)
        {
            return Truncated(Data.End + table.Length);
        }

        long? missing = null;
        for (int i = 0; i < count; i++)
        {
            PerfSection section = Section(table, i * SectionLength);
            if (!section.IsWithin(_file.Length))
            {
                missing ??= section.End;
            }
        }

        Kernel = release < 0 ? null : ReadText(Section(table, release * SectionLength));
        Machine = architecture < 0 ? null : ReadText(Section(table, architecture * SectionLength));

        if (tracingData < 0)
        {
            return NoFormats();
        }

        PerfSection formats = Section(table, tracingData * SectionLength);
        if (formats.IsWithin(_file.Length))
        {
            _decoder.SetTracingData(PerfTracingData.Read(_file, _decoder.Wanted, (long)formats.Offset, (long)formats.Size));
            HasData = true;
        }

        return missing is { } end ? Truncated(end) : null;
    }

    private KsmToolsException Truncated(long needed) => PerfDataFailure.Truncated(_file.Path, needed, _file.Length, HasData);

    // struct perf_header_string: its length, padded, and the text.
    private string? ReadText(PerfSection section)
    {
        if (section.Size <= sizeof(uint) || !section.IsWithin(_file.Length))
        {
            return null;
        }

        byte[] bytes = new byte[LongestText];
        int length = (int)Math.Min((ulong)_file.ReadAt((long)section.Offset, bytes), section.Size);
        string text = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, length)[Math.Min(sizeof(uint), length)..]).Split('\0')[0];
        return text.Length > 0 ? text : null;
    }

    // A recording of other events than tracepoints has none, and no rmap event.
    private KsmToolsException? NoFormats() =>
        _decoder.Attributes.HasTracepoints ? PerfDataFailure.Corrupt(_file.Path, FeatureBits, Messages.ReasonNoTracingData) : null;

    private bool HasFeature(int bit)
    {
        // The bits are an array of long: with the most significant byte first it matters how long that is. perf always records the host's name.
        bool isWide = IsSet(HostNameBit, 64) || !IsSet(HostNameBit, 32);
        return IsSet(bit, isWide ? 64 : 32);
    }

    private bool IsSet(int bit, int width)
    {
        int byteInWord = bit % width / 8;
        int at = FeatureBits + (bit / width * width / 8) + (_decoder.Order.IsBigEndian ? (width / 8) - 1 - byteInWord : byteInWord);
        return (_header[at] & (1 << (bit % 8))) != 0;
    }

    private PerfSection Section(ReadOnlySpan<byte> bytes, int offset) => new(_decoder.Order.UInt64(bytes, offset), _decoder.Order.UInt64(bytes, offset + 8));
}
