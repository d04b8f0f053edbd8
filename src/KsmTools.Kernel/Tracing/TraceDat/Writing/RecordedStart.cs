using KsmTools.Errors;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>What the first part of a file that is being recorded says, for the second.</summary>
internal sealed record RecordedStart
{
    // Where the last option, DONE, points to more of them.
    private const int LastPointer = sizeof(ulong);

    /// <summary>Bytes of the first part.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes of a sub-buffer.</summary>
    public required int SubBufferSize { get; init; }

    /// <summary>The trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>One more than the highest number of a CPU.</summary>
    public required int CpuCount { get; init; }

    /// <summary>Where the offset of more options is to stand.</summary>
    public required long NextOptions { get; init; }

    /// <summary>Bytes of the sections' descriptions.</summary>
    public required long Described { get; init; }

    /// <summary>Where the sub-buffers belong; null before the second part is there.</summary>
    public IReadOnlyList<TraceDatArea>? Areas { get; init; }

    /// <summary>Reads the first part.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="path">Where it is, for people.</param>
    /// <returns>What it says; null where it was not finished, so that nothing was recorded yet.</returns>
    /// <exception cref="KsmToolsException">It cannot be read, or is damaged.</exception>
    public static RecordedStart? Read(FileStream stream, string path)
    {
        if (stream.Length == 0)
        {
            return null;
        }

        try
        {
            BinaryFile file = BinaryFile.Of(stream, path, stream);
            TraceDatHeader header = TraceDatHeader.Read(file);
            return header.Options == 0 ? null : Read(file, header);
        }
        catch (KsmToolsException failure) when (failure.Reason is ErrorReason.TraceTruncated or ErrorReason.TraceCorrupt)
        {
            throw Damaged(path);
        }
    }

    /// <summary>The parts are there, and what says what they are is not.</summary>
    /// <param name="path">Where the recording is.</param>
    public static KsmToolsException Damaged(string path) =>
        new(ErrorReason.TraceCorrupt, path, Text.Format(Messages.RecordingDamaged, path), Messages.RecordingDamagedAction);

    private static RecordedStart Read(BinaryFile file, TraceDatHeader header)
    {
        TraceDatSection options = TraceDatSection.At(file, header, header.Options);
        TraceDatSection descriptions = TraceDatSection.At(file, header, options.End);
        TraceDatContents contents = TraceDatVersion7.Read(file, header, new WantedEvents());
        IReadOnlyList<TraceDatArea>? areas = contents.Buffers is [var buffer] ? buffer.Areas : null;
        if (contents.Failure is not null || areas?.Any(area => area.Offset + area.Size > file.Length) == true)
        {
            throw Damaged(file.Path);
        }

        return new RecordedStart
        {
            Length = descriptions.End,
            SubBufferSize = (int)header.PageSize,
            Clock = contents.Clock ?? string.Empty,
            CpuCount = contents.CpuCount ?? 0,
            NextOptions = options.End - LastPointer,
            Described = descriptions.Size,
            Areas = areas,
        };
    }
}
