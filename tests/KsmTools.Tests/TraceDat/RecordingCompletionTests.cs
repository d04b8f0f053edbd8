using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Tests.Support;
using KsmTools.Tracing.TraceDat.Writing;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tests.TraceDat;

/// <summary>Recordings whose end did not come, wherever that was, become the file that they would have become.</summary>
public sealed class RecordingCompletionTests : IDisposable
{
    private const string Kernel = "6.12-kprobe";
    private const int SubBufferSize = 4096;

    private static readonly (int Cpu, string? Name)[] Cpus = [(0, "ksm"), (2, null), (5, "mixed")];

    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "trace.dat");

    private string Place => Target + ".recording";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_killed_before_its_end_becomes_a_file_with_all_events()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        Assert.Equal(Target, Recover(Target, replace: false));
        Assert.Equal(Events(Finished()), Events(Target));
        Assert.False(Directory.Exists(Place));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void What_is_broken_off_goes_on_the_next_time()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        BreakOff();
        Recover(Target, replace: false);
        Assert.Equal(Events(Finished()), Events(Target));
    }

    [Fact]
    public void Part_of_a_sub_buffer_is_left_out()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        using (FileStream part = File.OpenWrite(Path.Combine(Place, "cpu5")))
        {
            part.Seek(0, SeekOrigin.End);
            part.Write(new byte[SubBufferSize - 1]);
        }

        Recover(Target, replace: false);
        Assert.Equal(Events(Finished()), Events(Target));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void What_was_read_and_not_written_is_there_too(int written)
    {
        using (RecordingFolder recording = WrittenParts.Make(Target, Kernel, Cpus))
        {
            string part = Path.Combine(Place, "cpu5");
            byte[] data = File.ReadAllBytes(part);
            Assert.True(data.Length > 3 * SubBufferSize);
            int offset = data.Length - (3 * SubBufferSize);
            using RecordingRoom room = recording.MakeRoom(SubBufferSize);
            room.Begin(0, 0);
            data.AsSpan(0, SubBufferSize).CopyTo(room.Next);
            room.Add();
            room.Begin(5, offset);
            for (int at = offset; at < data.Length; at += SubBufferSize)
            {
                data.AsSpan(at, SubBufferSize).CopyTo(room.Next);
                room.Add();
            }

            File.WriteAllBytes(part, data[..(offset + (written * SubBufferSize))]);
        }

        Recover(Target, replace: false);
        Assert.Equal(Events(Finished()), Events(Target));
    }

    [Fact]
    public void A_place_that_cannot_be_is_none()
    {
        using (RecordingFolder recording = WrittenParts.Make(Target, Kernel, Cpus))
        {
            using RecordingRoom room = recording.MakeRoom(SubBufferSize);
            room.Begin(5, -SubBufferSize);
            room.Add();
        }

        Recover(Target, replace: false);
        Assert.Equal(Events(Finished()), Events(Target));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_killed_while_it_became_a_file_goes_on_there(int moved)
    {
        byte[] whole = File.ReadAllBytes(Finished());
        using (RecordingFolder recording = WrittenParts.Make(Target, Kernel, Cpus))
        {
            RecordedStart start = RecordedStart.Read(recording.File, Target)!;
            var sizes = Cpus.Select(item => (item.Cpu, new FileInfo(Path.Combine(Place, $"cpu{item.Cpu}")).Length)).ToList();
            foreach (Tracing.TraceDat.TraceDatArea area in TraceDatOutput.End(recording.File, start, WrittenParts.End(Kernel, Cpus), sizes).Take(moved))
            {
                using SafeFileHandle part = recording.OpenPart(area.Cpu)!;
                long left = area.Size / SubBufferSize / 2 * SubBufferSize;
                FileCopy.Copy(part, left, recording.File.SafeFileHandle, area.Offset + left, area.Size - left);
                RandomAccess.SetLength(part, left);
            }

            recording.DeleteAids();
        }

        BreakOff();
        Recover(Target, replace: false);
        Assert.Equal(whole, File.ReadAllBytes(Target));
    }

    [Fact]
    public void What_was_killed_while_its_end_was_written_is_written_anew()
    {
        using (RecordingFolder recording = WrittenParts.Make(Target, Kernel, Cpus))
        {
            recording.File.Position = recording.File.Length;
            recording.File.Write(new byte[100_000]);
        }

        Recover(Target, replace: false);
        Assert.Equal(Events(Finished()), Events(Target));
    }

    [Fact]
    public void The_folder_can_be_named_instead_of_the_file()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        Assert.Equal(Target, Recover(Place + "/", replace: false));
        Assert.True(File.Exists(Target));
    }

    [Fact]
    public void Who_reads_it_is_told_how_to_make_a_file_of_it()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => RingBuffer.Captures.ReadFile(Place + "/"));
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, failure.Reason);
        Assert.Contains("-Recover", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_came_meanwhile_is_not_replaced_unasked_and_nothing_is_lost()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        File.WriteAllText(Target, "precious");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false));
        Assert.Equal((ErrorReason.KernelIoError, Errno.EEXIST), (failure.Reason, failure.Errno));
        Assert.Equal("precious", File.ReadAllText(Target));
        Recover(Target, replace: true);
        Assert.Equal(Events(Finished()), Events(Target));
    }

    [Fact]
    public void A_file_that_comes_while_it_is_recorded_leaves_the_recording_where_it_is()
    {
        using (RecordingFolder recording = RecordingFolders.Make(Target, replace: false))
        {
            WrittenParts.Fill(recording, Kernel, Cpus);
            File.WriteAllText(Target, "precious");
            KsmToolsException failure = Assert.Throws<KsmToolsException>(() => RecordingCompletion.Complete(recording, WrittenParts.End(Kernel, Cpus)));
            Assert.Contains(Place, failure.Message, StringComparison.Ordinal);
            Assert.Contains("-Recover", failure.RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Equal("precious", File.ReadAllText(Target));
        Recover(Target, replace: true);
        Assert.Equal(Events(Finished()), Events(Target));
    }

    [Fact]
    public void What_goes_on_is_left_alone_and_says_who_records()
    {
        using RecordingFolder recording = WrittenParts.Make(Target, Kernel, Cpus);
        foreach (Action action in (Action[])[() => Recover(Target, replace: true), () => RecordingFolders.Make(Target, replace: true)])
        {
            KsmToolsException failure = Assert.Throws<KsmToolsException>(action);
            Assert.Equal(Errno.EAGAIN, failure.Errno);
            Assert.Contains($"process {Environment.ProcessId} (", failure.Message, StringComparison.Ordinal);
        }

        RecordingCompletion.Complete(recording, WrittenParts.End(Kernel, Cpus));
        Assert.NotEmpty(Events(Target));
    }

    [Fact]
    public void Another_recording_does_not_begin_where_one_can_be_recovered()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => RecordingFolders.Make(Target, replace: true));
        Assert.Equal(Errno.EEXIST, failure.Errno);
        Assert.Contains("-Recover", failure.RecommendedAction, StringComparison.Ordinal);
        Recover(Target, replace: false);
        RecordingFolders.Make(Target, replace: true).Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_had_not_begun_is_removed_and_said(bool hasFile)
    {
        if (hasFile)
        {
            RecordingFolders.Make(Target, replace: false).Dispose();
        }
        else
        {
            Directory.CreateDirectory(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Assert.Equal(ErrorReason.TraceTruncated, Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false)).Reason);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        // The last step of one that has become a file may be missing.
        File.WriteAllText(Target, "precious");
        Directory.CreateDirectory(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Contains("it is whole", Assert.Throws<KsmToolsException>(() => Recover(Target, replace: true)).Message, StringComparison.Ordinal);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));

        // That a file could be replaced is no answer to that.
        Assert.Equal(Errno.ENOENT, Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false)).Errno);
    }

    [Fact]
    public void What_is_of_no_recording_stays_and_is_said()
    {
        string notes = Path.Combine(Directory.CreateDirectory(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName, "notes.txt");
        File.WriteAllText(notes, "precious");
        for (int time = 0; time < 2; time++)
        {
            KsmToolsException failure = Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false));
            Assert.Equal((ErrorReason.TraceTruncated, Messages.RecordingSharedAction), (failure.Reason, failure.RecommendedAction));
            Assert.Equal([notes], Directory.GetFileSystemEntries(Place));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(null)]
    public void What_says_how_the_sub_buffers_are_to_be_read_is_damaged_and_nothing_is_deleted(int? length)
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        string start = Path.Combine(Place, "trace.dat");
        if (length is { } bytes)
        {
            File.WriteAllBytes(start, File.ReadAllBytes(start)[..bytes]);
        }
        else
        {
            File.Delete(start);
        }

        Assert.Equal(ErrorReason.TraceCorrupt, Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false)).Reason);
        Assert.True(new FileInfo(Path.Combine(Place, "cpu5")).Length > 0);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void A_file_that_was_cut_while_it_got_its_sub_buffers_is_damaged_and_nothing_is_deleted()
    {
        using (RecordingFolder recording = WrittenParts.Make(Target, Kernel, Cpus))
        {
            var sizes = Cpus.Select(item => (item.Cpu, new FileInfo(Path.Combine(Place, $"cpu{item.Cpu}")).Length)).ToList();
            TraceDatOutput.End(recording.File, RecordedStart.Read(recording.File, Target)!, WrittenParts.End(Kernel, Cpus), sizes);
            recording.File.SetLength(recording.File.Length - 1);
        }

        Assert.Equal(ErrorReason.TraceCorrupt, Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false)).Reason);
        Assert.True(new FileInfo(Path.Combine(Place, "cpu5")).Length > 0);
    }

    [Fact]
    public void What_is_only_in_the_room_is_kept()
    {
        using (RecordingFolder recording = WrittenParts.Make(Target, Kernel, (5, null)))
        {
            using RecordingRoom room = recording.MakeRoom(SubBufferSize);
            room.Begin(5, 0);
            room.Add();
            File.Delete(Path.Combine(Place, "trace.dat"));
        }

        Assert.Equal(ErrorReason.TraceCorrupt, Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false)).Reason);
        Assert.True(Directory.Exists(Place));
    }

    [Fact]
    public void An_empty_folder_is_the_rest_of_one_that_has_become_a_file()
    {
        File.WriteAllText(Target, "whole");
        Directory.CreateDirectory(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        RecordingFolders.Make(Target, replace: true).Dispose();
        Assert.Equal("whole", File.ReadAllText(Target));
    }

    [Fact]
    public void A_path_that_ends_as_the_folder_does_is_a_path()
    {
        WrittenParts.Make(Place, Kernel, Cpus).Dispose();
        Assert.Equal(Place, Recover(Place, replace: false));
        Assert.Equal(Events(Finished()), Events(Place));
    }

    [Theory]
    [InlineData("mkdir trace.dat.recording")]
    [InlineData("ln -s elsewhere trace.dat.recording")]
    [InlineData("echo > trace.dat.recording")]
    public void What_a_stranger_made_is_no_recording(string script)
    {
        using var stranger = new Stranger();
        string folder = stranger.Folder("there", Stranger.Id, "0777");
        Stranger.Does($"cd {folder}; {script}");
        string target = Path.Combine(folder, "trace.dat");
        Assert.Equal(ErrorReason.UnsafePath, Assert.Throws<KsmToolsException>(() => Recover(target, replace: true)).Reason);
        Assert.Equal(ErrorReason.UnsafePath, Assert.Throws<KsmToolsException>(() => RecordingFolders.Make(target, replace: true)).Reason);
        Assert.Equal([target + ".recording"], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_part_that_others_could_write_is_not_taken()
    {
        WrittenParts.Make(Target, Kernel, Cpus).Dispose();
        string part = Path.Combine(Place, "cpu5");
        File.SetUnixFileMode(part, (UnixFileMode)0x1b6);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => Recover(Target, replace: false));
        Assert.Equal((ErrorReason.UnsafePath, true), (failure.Reason, failure.Message.Contains(part, StringComparison.Ordinal)));
        Assert.False(File.Exists(Target));
    }

    private static string Recover(string path, bool replace) => SessionRecording.Recover(path, replace, CancellationToken.None);

    private void BreakOff()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => SessionRecording.Recover(Target, replace: false, new CancellationToken(canceled: true)));
        Assert.False(File.Exists(Target));
        Assert.True(Directory.Exists(Place));
    }

    private string Finished()
    {
        string path = Path.Combine(_folder.Path, "finished.dat");
        using RecordingFolder recording = WrittenParts.Make(path, Kernel, Cpus);
        RecordingCompletion.Complete(recording, WrittenParts.End(Kernel, Cpus));
        return path;
    }

    private static List<object> Events(string path)
    {
        (List<Rmap.RmapEvent> events, _, Tracing.Reading.ITraceReader reader) = RingBuffer.Captures.ReadFile(path);
        Assert.Null(reader.Failure);
        return [.. events.Select(item => (object)(item.Kind, item.TimestampNanoseconds, item.Cpu, item.ThreadId, item.Command, item.PageType, item.Function, item.Caller))];
    }
}
