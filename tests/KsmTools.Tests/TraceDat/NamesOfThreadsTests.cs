using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.TraceDat;

/// <summary>Names of threads that the kernel had not saved: those that the scheduler's events say, as trace-cmd takes them, and those of programs that were begun.</summary>
public sealed class NamesOfThreadsTests
{
    private const int SwitchId = 300, WakeupId = 301, ExecId = 302;

    private const string Common =
        "format:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
        + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

    private static readonly string[] Formats =
    [
        $"name: sched_switch\nID: {SwitchId}\n{Common}\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
            + "\tfield:char next_comm[16];\toffset:28;\tsize:16;\tsigned:0;\n\tfield:pid_t next_pid;\toffset:44;\tsize:4;\tsigned:1;\n\nprint fmt: \"%d\", REC->prev_pid\n",
        $"name: sched_wakeup\nID: {WakeupId}\n{Common}\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n\nprint fmt: \"%d\", REC->pid\n",
        $"name: sched_process_exec\nID: {ExecId}\n{Common}\tfield:__data_loc char[] filename;\toffset:8;\tsize:4;\tsigned:0;\n\tfield:pid_t pid;\toffset:12;\tsize:4;\tsigned:1;\n"
            + "\nprint fmt: \"%d\", REC->pid\n",
    ];

    [Theory]
    [InlineData(false, 6)]
    [InlineData(false, 7)]
    [InlineData(true, 7)]
    public void A_thread_without_a_saved_name_has_the_first_that_is_said(bool bigEndian, int version)
    {
        var machine = new SubBufferWriter(bigEndian, 8, 1024);
        var file = new TraceDatWriter(machine, version);
        file.Scheduler.AddRange(Formats.Select(Encoding.ASCII.GetBytes));
        byte[] page = machine
            .Event(10, machine.Start(1, 60))
            .Event(20, Switch(60, "first", 50, "second name of15"))
            .Event(30, machine.Start(2, 50))
            .Event(40, machine.Start(3, 60))
            .Event(50, Switch(42, "liar", 0, "swapper/0"))
            .Event(60, machine.Start(4, 42))
            .Event(70, Exec(70, "/usr/bin/a-very-long-program-name"))
            .Event(80, machine.Start(5, 70))
            .Event(90, Wakeup(80, "woken"))
            .Event(95, Wakeup(81, ""))
            .Event(100, machine.Start(6, 80))
            .Event(110, Switch(60, "renamed", 0, "swapper/0"))
            .Event(120, machine.Start(7, 60))
            .Event(130, machine.Start(8, 81))
            .Event(140, machine.Start(9, 0))
            .Event(150, machine.Start(10, 90))
            .Event(160, Wakeup(90, "late"))
            .Event(170, machine.Start(11, 90))
            .Page();
        file.Buffers.Add((string.Empty, "local", [page]));
        var symbols = new SymbolTable();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(path, file.Write());
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(path, symbols);
        Assert.Null(failure);
        Assert.Equal(
            ["<...>", "second name of15", "first", "worker", "a-very-long-pro", "woken", "first", "<...>", "<idle>", "<...>", "late"],
            records.Select(record => record.Command.ToString(symbols)));

        byte[] Switch(int previous, string from, int next, string to) => Record(SwitchId, [.. Name(from), .. file.Number32((uint)previous), .. Name(to), .. file.Number32((uint)next)]);

        byte[] Wakeup(int thread, string name) => Record(WakeupId, [.. Name(name), .. file.Number32((uint)thread)]);

        byte[] Exec(int thread, string program)
        {
            byte[] text = [.. Encoding.ASCII.GetBytes(program), 0];
            return Record(ExecId, [.. file.Number32(((uint)text.Length << 16) | 16), .. file.Number32((uint)thread), .. text, .. new byte[(4 - (text.Length % 4)) % 4]]);
        }

        byte[] Record(int id, byte[] rest)
        {
            byte[] record = [0, 0, 0, 0, .. file.Number32(1), .. rest];
            machine.Put16(record, (ushort)id);
            return record;
        }
    }

    [Fact]
    public void A_format_that_makes_no_sense_is_no_reason_to_refuse_the_file()
    {
        var machine = new SubBufferWriter(false, 8, 1024);
        var file = new TraceDatWriter(machine, 7);
        file.Scheduler.Add(Encoding.ASCII.GetBytes(Formats[0].Replace("offset:24", "offset:x", StringComparison.Ordinal)));
        file.Buffers.Add((string.Empty, "local", [machine.Event(30, machine.Start(1, 70)).Page()]));
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(file.Write());
        Assert.Null(failure);
        Assert.Single(records);
    }

    [Fact]
    public void What_is_said_to_be_outside_of_the_record_is_no_name()
    {
        var machine = new SubBufferWriter(false, 8, 1024);
        var file = new TraceDatWriter(machine, 7);
        file.Scheduler.AddRange(Formats.Select(Encoding.ASCII.GetBytes));
        byte[] far = Exec(0xFFFF, 0xFFFF), next = Exec(16, 4);

        // What follows a wakeup that is cut before its number: the header of the next event, which is 9 words and 10 nanoseconds later.
        const int HeaderAsThread = (10 << 5) | 9;
        byte[] wakeup = [0, 0, 0, 0, .. file.Number32(1), .. Name("cut")];
        machine.Put16(wakeup, WakeupId);
        file.Buffers.Add((string.Empty, "local",
        [
            machine.Event(10, far).Event(20, next).Event(30, machine.Start(1, 70)).Event(40, wakeup).Event(50, machine.Start(2, HeaderAsThread)).Page(),
        ]));
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(file.Write());
        Assert.Null(failure);
        Assert.Equal(["<...>", "<...>"], records.Select(record => record.Command.ToString(new SymbolTable())));

        byte[] Exec(int offset, int size)
        {
            byte[] exec = [0, 0, 0, 0, .. file.Number32(1), .. file.Number32(((uint)size << 16) | (uint)offset), .. file.Number32(70)];
            machine.Put16(exec, ExecId);
            return exec;
        }
    }

    private static byte[] Name(string name) => [.. Encoding.ASCII.GetBytes(name), .. new byte[16 - name.Length]];
}
