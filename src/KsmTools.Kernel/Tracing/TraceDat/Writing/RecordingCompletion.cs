using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.RingBuffer;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Makes one file of a recording's parts: of one that has just ended, and of one whose end did not come. The sub-buffers are moved from the parts' ends on, a piece after the other, so
/// that the disk needs space for one piece; wherever that is broken off, the next try goes on from there.
/// </summary>
internal static class RecordingCompletion
{
    private const long LargestPiece = 8 << 20;
    private const int RoomSize = 1 << 20;

    /// <summary>Makes a file of what a process that is gone has recorded.</summary>
    /// <param name="path">The file that it was to become, or the folder.</param>
    /// <param name="replace">Whether one that is there may be replaced.</param>
    /// <param name="cancellationToken">Breaks it off; the next try goes on from there.</param>
    /// <returns>The file.</returns>
    /// <exception cref="KsmToolsException">There is no such recording, or it goes on; the file cannot be written, and the recording is still there; nothing was recorded.</exception>
    public static string Recover(string path, bool replace, CancellationToken cancellationToken)
    {
        using RecordingFolder folder = RecordingFolders.Find(RecordingFolders.TargetOf(path), replace);
        RecordedStart? start = RecordedStart.Read(folder.File, folder.Place);
        if (start is null)
        {
            throw !folder.IsEmpty(RingBufferLimits.MaximumCpus) ? RecordedStart.Damaged(folder.Place)
                : folder.TryRemove(RingBufferLimits.MaximumCpus) ? Empty(folder)
                : Shared(folder);
        }

        folder.RequireFree();
        Complete(folder, start, parts => End(folder, parts, cancellationToken), cancellationToken);
        return folder.TargetPath;
    }

    /// <summary>Makes the file.</summary>
    /// <param name="folder">The parts.</param>
    /// <param name="end">What is known of the recording.</param>
    /// <exception cref="KsmToolsException">It cannot be written, and the recording is still there.</exception>
    public static void Complete(RecordingFolder folder, RecordedEnd end) => Complete(folder, RecordedStart.Read(folder.File, folder.Place)!, _ => end, CancellationToken.None);

    private static void Complete(RecordingFolder folder, RecordedStart start, Func<IEnumerable<SafeFileHandle>, RecordedEnd> end, CancellationToken cancellationToken)
    {
        var parts = new SortedDictionary<int, SafeFileHandle>();
        bool hasEvents = start.Areas?.Count > 0 || !folder.IsEmpty(start.CpuCount);
        try
        {
            for (int cpu = 0; cpu < start.CpuCount; cpu++)
            {
                if (folder.OpenPart(cpu) is { } part)
                {
                    parts.Add(cpu, part);
                }
            }

            IReadOnlyList<TraceDatArea> areas = start.Areas ?? Join(folder, start, parts, end);
            folder.DeleteAids();
            foreach (TraceDatArea area in areas)
            {
                if (parts.TryGetValue(area.Cpu, out SafeFileHandle? part))
                {
                    Move(part, folder.File.SafeFileHandle, area, start.SubBufferSize, cancellationToken);
                }
            }

            Close(parts.Values);
            folder.Complete(start.CpuCount);
        }
        catch (Exception exception) when (hasEvents && exception is IOException or UnauthorizedAccessException or KsmToolsException { Reason: ErrorReason.KernelIoError or ErrorReason.AccessDenied })
        {
            throw Kept(folder, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DraftFile.Failure(folder.TargetPath, exception);
        }
        finally
        {
            Close(parts.Values);
        }
    }

    private static void Close(IEnumerable<SafeFileHandle> parts)
    {
        foreach (SafeFileHandle part in parts)
        {
            part.Dispose();
        }
    }

    private static IReadOnlyList<TraceDatArea> Join(
        RecordingFolder folder, RecordedStart start, SortedDictionary<int, SafeFileHandle> parts, Func<IEnumerable<SafeFileHandle>, RecordedEnd> end)
    {
        // What was read and perhaps not written any more.
        if (RecordingRoom.Read(folder.ReadRoom()) is { } room && parts.TryGetValue(room.Cpu, out SafeFileHandle? last) && room.Offset <= RandomAccess.GetLength(last))
        {
            RandomAccess.Write(last, room.Bytes.Span, room.Offset);
        }

        folder.DeleteRoom();

        // What was kept free for more, and what a kill has left of one sub-buffer.
        foreach (SafeFileHandle part in parts.Values)
        {
            Cut(part, Length(part, start.SubBufferSize));
        }

        return TraceDatOutput.End(folder.File, start, end(parts.Values), [.. parts.Select(part => (part.Key, RandomAccess.GetLength(part.Value)))]);
    }

    private static void Move(SafeFileHandle part, SafeFileHandle file, TraceDatArea area, int subBufferSize, CancellationToken cancellationToken)
    {
        long piece = LargestPiece;
        long left = Math.Min(RandomAccess.GetLength(part), area.Size);
        while (left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long size = Math.Min(piece, left);
            try
            {
                FileCopy.Copy(part, left - size, file, area.Offset + left - size, size);
            }
            catch (IOException exception) when (DraftFile.ErrnoOf(exception) is Errno.ENOSPC or Errno.EDQUOT && size > subBufferSize)
            {
                _ = FileCalls.TryRelease(file, area.Offset + left - size, size);
                piece = Math.Max(subBufferSize, size / 2);
                continue;
            }

            left -= size;
            Cut(part, left);
        }
    }

    // Of whole sub-buffers; one of zeros at the end was written for its space only.
    private static long Length(SafeFileHandle part, int subBufferSize)
    {
        long length = RandomAccess.GetLength(part) / subBufferSize * subBufferSize;
        byte[] last = new byte[Math.Min(length, subBufferSize)];
        _ = RandomAccess.Read(part, last, length - last.Length);
        return last.AsSpan().ContainsAnyExcept((byte)0) ? length : length - last.Length;
    }

    private static void Cut(SafeFileHandle part, long length)
    {
        if (FileCalls.SetLength(part, length) != 0)
        {
            throw new IOException(FileCalls.LastError.Describe(), (int)FileCalls.LastError);
        }
    }

    private static RecordedEnd End(RecordingFolder folder, IEnumerable<SafeFileHandle> parts, CancellationToken cancellationToken) =>
        new() { KernelSymbols = Symbols(folder, parts, cancellationToken), SavedCommands = new SavedCommands(folder.ReadNames()).ToText() };

    private static ReadOnlyMemory<byte> Symbols(RecordingFolder folder, IEnumerable<SafeFileHandle> parts, CancellationToken cancellationToken)
    {
        var symbols = new MentionedSymbols(folder.ReadSymbols());
        byte[] room = GC.AllocateUninitializedArray<byte>(RoomSize);
        foreach (SafeFileHandle part in parts)
        {
            int read;
            for (long offset = 0; (read = RandomAccess.Read(part, room, offset)) > 0; offset += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                symbols.Look(room.AsSpan(0, read));
            }
        }

        return symbols.ToText();
    }

    private static KsmToolsException Empty(RecordingFolder folder) => new(
        ErrorReason.TraceTruncated,
        folder.TargetPath,
        folder.HasTarget ? Text.Format(Messages.RecordingEmptyBeside, folder.Place, folder.TargetPath) : Text.Format(Messages.RecordingEmpty, folder.Place),
        Messages.RecordingEmptyAction);

    private static KsmToolsException Shared(RecordingFolder folder) =>
        new(ErrorReason.TraceTruncated, folder.TargetPath, Text.Format(Messages.RecordingShared, folder.Place), Messages.RecordingSharedAction);

    private static KsmToolsException Kept(RecordingFolder folder, Exception exception)
    {
        KsmToolsException failure = exception as KsmToolsException ?? DraftFile.Failure(folder.TargetPath, exception);
        return new KsmToolsException(
            failure.Reason,
            folder.TargetPath,
            Text.Format(Messages.RecordingKept, folder.TargetPath, failure.Errno?.Describe() ?? exception.Message, folder.Place),
            Messages.RecordingKeptAction,
            failure.Errno,
            exception);
    }
}
