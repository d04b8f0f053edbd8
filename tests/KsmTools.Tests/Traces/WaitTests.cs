using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing.Contention;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tests.Traces;

/// <summary>Waits for locks and their call chains, from text: as tracefs, trace-cmd report and perf script print them.</summary>
public sealed class WaitTests : IDisposable
{
    // As Linux 6.18 prints it with a stacktrace trigger on contention_begin: chains come after their events, other CPUs' lines in between, and chains of events that a filter left out.
    private const string Text = """
        # tracer: nop
        #
        # entries-in-buffer/entries-written: 14/14   #P:2
        #
                 maplock-23700   [001] ...1. 53422.843321: contention_begin: 00000000d1f9d96e (flags=READ)
                 maplock-23701   [000] d..2. 53422.843368: contention_begin: 00000000d1f9d96e (flags=WRITE)
                 maplock-23701   [000] d..2. 53422.843458: <stack trace>
         => trace_event_raw_event_contention_begin
         => rwsem_down_write_slowpath
         => down_write_killable
         => vm_mmap_pgoff
         => do_syscall_64
                 maplock-23700   [001] ...1. 53422.843458: <stack trace>
         => trace_event_raw_event_contention_begin
         => rwsem_down_read_slowpath
         => down_read_killable
         => lock_mm_and_find_vma
         => exc_page_fault
                 maplock-23700   [001] ...1. 53422.843460: contention_end: 00000000d1f9d96e (ret=0)
                 maplock-23700   [001] d..5. 53422.843472: <stack trace>
         => trace_event_raw_event_contention_begin
         => __pv_queued_spin_lock_slowpath
         => _raw_spin_lock
         => try_to_wake_up
                 maplock-23700   [001] d..5. 53422.843472: contention_end: 00000000d01b8d8a (ret=0)
                 maplock-23700   [001] ...1. 53422.843500: contention_begin: 00000000aaaaaaaa (flags=MUTEX|SPIN)
                 maplock-23700   [001] ...1. 53422.843600: contention_begin: 00000000aaaaaaaa (flags=MUTEX)
                 maplock-23700   [001] ...1. 53422.843700: contention_end: 00000000aaaaaaaa (ret=-4)
                 maplock-23701   [001] d..2. 53422.851248: contention_end: 00000000d1f9d96e (ret=0)
                 maplock-23702   [000] d..2. 53422.860000: contention_begin: 00000000d1f9d96e (flags=PERCPU|WRITE)

        """;

    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Waits_have_their_lock_their_mode_and_their_chain()
    {
        string path = _folder.Write("trace.txt", Text);
        ModuleResult result = _host.Run($"Import-RmapTrace '{path}' -AsWait");
        IReadOnlyList<RmapWait> waits = result.All<RmapWait>();
        Assert.Equal(
            [
                (23700, 53422_843_321_000, 139_000, RmapWaitMode.Read, 0xd1f9d96eUL, "lock_mm_and_find_vma", 0),
                (23700, 53422_843_500_000, 200_000, RmapWaitMode.Mutex, 0xaaaaaaaaUL, null, -4),
                (23701, 53422_843_368_000, 7_880_000, RmapWaitMode.Write, 0xd1f9d96eUL, "vm_mmap_pgoff", 0),
            ],
            waits.Select(wait => (wait.ThreadId, wait.StartNanoseconds, wait.DurationNanoseconds, wait.Mode, wait.Lock!.Value, wait.Function, wait.Error)));
        Assert.Equal(["trace_event_raw_event_contention_begin", "rwsem_down_write_slowpath", "down_write_killable", "vm_mmap_pgoff", "do_syscall_64"], waits[2].Stack);
        Assert.Null(waits[1].Stack);
        Assert.Equal((0, 1, "maplock", path), (waits[2].Cpu, waits[2].EndCpu, waits[2].Command, waits[2].Path));
        Assert.StartsWith("1 waits", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-ThreadId 23701", 1)]
    [InlineData("-MinimumDuration 150us", 2)]
    [InlineData("-Cpu 1 -After 53422.8434s", 1)]
    [InlineData("-Command nobody", 0)]
    public void Waits_are_filtered_by_their_begin(string parameters, int count) =>
        Assert.Equal(count, _host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", Text)}' -AsWait {parameters}").All<RmapWait>().Count);

    [Fact]
    public void Walks_and_waits_are_two_things() =>
        _host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", Text)}' -AsWait -AsWalk").Error(ErrorReason.KnobValueInvalid);

    [Fact]
    public void A_trace_without_waits_is_said()
    {
        ModuleResult result = _host.Run($"Import-RmapTrace '{Captures.Data("6.12-native/ksm.trace.txt")}' -AsWait");
        Assert.Empty(result.Output);
        Assert.Contains("contention_begin", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_lost_in_between_is_no_wait()
    {
        string text = Text.Replace("         maplock-23701   [001] d..2. 53422.851248", "CPU:0 [LOST 3 EVENTS]\n         maplock-23701   [001] d..2. 53422.851248", StringComparison.Ordinal);
        ModuleResult result = _host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", text)}' -AsWait");
        Assert.Equal([23700, 23700], result.All<RmapWait>().Select(wait => wait.ThreadId));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("2 waits", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.Contains("lost 3 events", StringComparison.Ordinal));
    }

    [Fact]
    public void Wherever_blocks_are_cut_records_are_the_same()
    {
        List<TraceRecord> whole = Read(Text, 1 << 18, 0, out long others);
        Assert.Equal(3, whole.Count(record => record.Kind == TraceRecordKind.Stack));
        for (int size = 40; size < 2000; size += 37)
        {
            List<TraceRecord> parts = Read(Text, size, size % 3, out long otherEvents);
            Assert.Equal(whole.Where(IsEvent), parts.Where(IsEvent));
            Assert.Equal(whole.Where(record => !IsEvent(record)).Select(Who), parts.Where(record => !IsEvent(record)).Select(Who));
            Assert.Equal(others, otherEvents);
        }

        static bool IsEvent(TraceRecord record) => record.Kind != TraceRecordKind.Stack;
        static (long, int, int) Who(TraceRecord record) => (record.Timestamp, record.ThreadId, record.Cpu);
    }

    [Fact]
    public void A_chain_of_an_event_that_is_not_wanted_is_not_wanted()
    {
        const string Others = """
                    cat-42      [000] .....     1.000001: contention_begin: 00000000d1f9d96e (flags=READ)
                    cat-42      [000] .....     1.000002: sched_switch: prev_comm=cat
                    cat-42      [000] .....     1.000003: <stack trace>
             => schedule
             => down_read
                    cat-42      [000] .....     1.000004: contention_end: 00000000d1f9d96e (ret=0)

            """;
        List<TraceRecord> records = Read(Others, 1 << 18, 0, out long others);
        Assert.Equal((2, 2), (records.Count, others));
        Assert.Null(Assert.Single(_host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", Others)}' -AsWait").All<RmapWait>()).Stack);
    }

    [Theory]
    [InlineData("SPIN|READ", RmapWaitMode.Read)]
    [InlineData("PERCPU|WRITE", RmapWaitMode.Write)]
    [InlineData("SPIN|MUTEX", RmapWaitMode.Mutex)]
    [InlineData("RT", RmapWaitMode.RtMutex)]
    [InlineData("SPIN", RmapWaitMode.Spin)]
    [InlineData("PERCPU", RmapWaitMode.Unknown)]
    [InlineData("", RmapWaitMode.Unknown)]
    [InlineData("0x40|READ", RmapWaitMode.Read)]
    public void Flags_say_how_a_thread_waits(string flags, RmapWaitMode mode)
    {
        string trace = $"""
                    cat-42      [000] .....     1.000001: contention_begin: 00000000d1f9d96e (flags={flags})
                    cat-42      [000] .....     1.000002: contention_end: 00000000d1f9d96e (ret=0)

            """;
        Assert.Equal(mode, Assert.Single(_host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", trace)}' -AsWait").All<RmapWait>()).Mode);
    }

    [Fact]
    public void Only_a_mutex_begins_again()
    {
        const string Again = """
                    cat-42      [000] .....     1.000001: contention_begin: 00000000d1f9d96e (flags=WRITE)
                    cat-42      [000] .....     9.000002: contention_begin: 00000000d1f9d96e (flags=WRITE)
                    cat-42      [000] .....     9.000004: contention_end: 00000000d1f9d96e (ret=0)
                    cat-42      [000] .....     9.000010: contention_begin: 00000000aaaaaaaa (flags=MUTEX)
            CPU:0 [LOST 3 EVENTS]
                    cat-42      [000] .....     9.000020: contention_begin: 00000000aaaaaaaa (flags=MUTEX)
                    cat-42      [000] .....     9.000023: contention_end: 00000000aaaaaaaa (ret=0)

            """;
        ModuleResult result = _host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", Again)}' -AsWait");
        Assert.Equal([(9_000_002_000, 2000), (9_000_020_000, 3000)], result.All<RmapWait>().Select(wait => (wait.StartNanoseconds, wait.DurationNanoseconds)));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("2 waits", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wait_has_the_chain_of_its_first_begin_and_no_others()
    {
        const string Chains = """
                    cat-42      [000] .....     1.000001: contention_begin: 00000000aaaaaaaa (flags=MUTEX|SPIN)
                    cat-42      [000] .....     1.000002: <stack trace>
             => mutex_lock
             => first
                    cat-42      [000] .....     1.000003: contention_begin: 00000000aaaaaaaa (flags=MUTEX)
                    cat-42      [000] .....     1.000004: <stack trace>
             => mutex_lock
             => second
                    cat-42      [000] .....     1.000005: contention_end: 00000000aaaaaaaa (ret=0)
                    cat-42      [000] .....     1.000011: contention_begin: 00000000bbbbbbbb (flags=READ)
                    cat-42      [000] .....     1.000012: contention_end: 00000000cccccccc (ret=0)
                    cat-42      [000] .....     1.000013: <stack trace>
             => another
                    cat-42      [000] .....     1.000014: contention_end: 00000000bbbbbbbb (ret=0)

            """;
        IReadOnlyList<RmapWait> waits = _host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", Chains)}' -AsWait").All<RmapWait>();
        Assert.Equal(["first", null], waits.Select(wait => wait.Function));
        Assert.Null(waits[1].Stack);
    }

    [Fact]
    public void Chains_of_any_threads_side_by_side_are_their_own()
    {
        var trace = new StringBuilder();
        for (int round = 0; round < 2; round++)
        {
            for (int cpu = 0; cpu < 4; cpu++)
            {
                string where = string.Create(CultureInfo.InvariantCulture, $"             cat-{1 + (cpu << 10),-7} [{cpu:000}] .....     1.{(round * 100) + cpu:000000}: ");
                trace.Append(where).Append(round == 0 ? "contention_begin: 00000000d1f9d96e (flags=READ)\n" : "contention_end: 00000000d1f9d96e (ret=0)\n");
            }

            for (int cpu = 0; cpu < 4 && round == 0; cpu++)
            {
                trace.Append(CultureInfo.InvariantCulture, $"             cat-{1 + (cpu << 10),-7} [{cpu:000}] .....     1.{10 + cpu:000000}: <stack trace>\n => waits_on_{cpu}\n");
            }
        }

        IReadOnlyList<RmapWait> waits = _host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", trace.ToString())}' -AsWait").All<RmapWait>();
        Assert.Equal([0, 1, 2, 3], waits.Select(wait => wait.Cpu));
        Assert.All(waits, wait => Assert.Equal([$"waits_on_{wait.Cpu}"], wait.Stack!));
    }

    [Fact]
    public void A_chain_is_of_its_own_recording()
    {
        var symbols = new SymbolTable();
        int number = symbols.Stacks.Intern([symbols.Intern("waiter")]);
        var pairer = new LockWaitPairer(new RecordFilter(), symbols);
        Assert.Equal(0, Take(TraceRecordKind.ContentionBegin, 999, stream: 1));
        Assert.Equal(0, Take(TraceRecordKind.ContentionBegin, 1000, stream: 0));
        Assert.Equal(0, Take(TraceRecordKind.Stack, 1001, stream: 1));
        Assert.Equal(-1, Take(TraceRecordKind.ContentionEnd, 1500, stream: 0));
        Assert.Equal(number, Take(TraceRecordKind.ContentionEnd, 1501, stream: 1));

        // Gives the number of a wait's chain, -1 where it has none; 0 is no wait.
        int Take(TraceRecordKind kind, long time, byte stream)
        {
            var record = new TraceRecord { Kind = kind, Timestamp = time, ThreadId = 1, Stream = stream };
            record.Set(0, kind == TraceRecordKind.Stack ? (ulong)number : 0xa);
            return pairer.Take(record, out TraceRecord begin) ? (int)(long)(begin[LockWaitPairer.Stack] ?? ulong.MaxValue) : 0;
        }
    }

    [Fact]
    public void Threads_that_perf_no_longer_knows_wait_by_themselves()
    {
        const string Script = """
                         :-1    -1 [000]     1.000001: lock:contention_begin: 0xffff88813e79bf38 (flags=WRITE)
                         :-1    -1 [001]     1.000002: lock:contention_begin: 0xffff88813e79bf38 (flags=WRITE)
                         cat    42 [002]     1.000003: lock:contention_begin: 0xffff88813e79bf38 (flags=WRITE)
                         :-1    -1 [001]     1.000004: lock:contention_end: 0xffff88813e79bf38 (ret=0)
                         :-1    -1 [000]     1.000006: lock:contention_end: 0xffff88813e79bf38 (ret=0)
                         cat    42 [002]     1.000009: lock:contention_end: 0xffff88813e79bf38 (ret=0)

            """;
        IReadOnlyList<RmapWait> waits = _host.Run($"Import-RmapTrace '{_folder.Write("script.txt", Script)}' -AsWait").All<RmapWait>();
        Assert.Equal([(-1, 1, 2000), (-1, 0, 5000), (42, 2, 6000)], waits.Select(wait => (wait.ThreadId, wait.Cpu, wait.DurationNanoseconds)));
    }

    [Theory]
    [InlineData("             cat-42      [000] .....     1.000001: <stack trace>\n", " => deep_function\n", StackTable.Deepest)]
    [InlineData("", "\n", 0)]
    public void A_chain_without_an_end_loses_no_event(string header, string frame, int frames)
    {
        const string Begin = "             cat-42      [000] .....     1.000001: contention_begin: 00000000d1f9d96e (flags=READ)\n";
        const string End = "             cat-42      [000] .....     1.000003: contention_end: 00000000d1f9d96e (ret=0)\n";
        string trace = Begin + header + string.Concat(Enumerable.Repeat(frame, 2_000_000 / frame.Length)) + End;
        RmapWait wait = Assert.Single(_host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", trace)}' -AsWait").All<RmapWait>());
        Assert.Equal((2000, frames), (wait.DurationNanoseconds, wait.Stack?.Count ?? 0));
    }

    [Fact]
    public void A_name_that_begins_like_a_frame_is_a_name()
    {
        const string Named = """
                    cat-42      [000] .....     1.000001: contention_begin: 00000000d1f9d96e (flags=READ)
                    cat-42      [000] .....     1.000002: <stack trace>
             => down_read
             => rmap_walk_ksm
             => xxxxxxxxxxx-43      [000] .....     1.000003: contention_begin: 00000000d1f9d96e (flags=READ)
                    cat-42      [000] .....     1.000004: contention_end: 00000000d1f9d96e (ret=0)
             => xxxxxxxxxxx-43      [000] .....     1.000005: contention_end: 00000000d1f9d96e (ret=0)

            """;
        IReadOnlyList<RmapWait> waits = _host.Run($"Import-RmapTrace '{_folder.Write("trace.txt", Named)}' -AsWait").All<RmapWait>();
        Assert.Equal([("cat", 3000), ("=> xxxxxxxxxxx", 2000)], waits.Select(wait => (wait.Command, wait.DurationNanoseconds)));
        Assert.Equal(["down_read", "rmap_walk_ksm"], waits[0].Stack);
    }

    [Fact]
    public void A_chain_at_the_border_of_blocks_is_its_own_events()
    {
        // Every block size, so that the border is everywhere.
        var text = new System.Text.StringBuilder("            cat-42      [000] .....     1.000001: contention_begin: 00000000d1f9d96e (flags=READ)\n");
        for (int i = 0; i < 6; i++)
        {
            text.Append("            cat-42      [000] .....     1.000002: sched_switch: prev_comm=cat\n            cat-42      [000] .....     1.000003: <stack trace>\n => __schedule\n => schedule\n");
        }

        for (int size = 40; size < 900; size += 13)
        {
            List<TraceRecord> records = Read(text.ToString(), size, 1, out long others);
            Assert.Equal((1, 12), (records.Count, others));
        }
    }

    [Fact]
    public void A_chain_whose_event_was_lost_is_nobodys()
    {
        const string Lossy = """
                    cat-42      [000] .....     1.000001: contention_begin: 00000000d1f9d96e (flags=READ)
            CPU:0 [LOST 3 EVENTS]
                    cat-42      [000] .....     1.000003: <stack trace>
             => schedule
                    cat-42      [001] .....     1.000004: contention_begin: 00000000aaaaaaaa (flags=READ)
                    cat-42      [001] .....     1.000005: contention_end: 00000000aaaaaaaa (ret=0)

            """;
        List<TraceRecord> records = Read(Lossy, 1 << 18, 0, out long others);
        Assert.Equal((4, 1), (records.Count, others));
        Assert.DoesNotContain(records, record => record.Kind == TraceRecordKind.Stack);
    }

    [Fact]
    public void The_lines_of_trace_cmd_report_are_read()
    {
        const string Report = """
            cpus=2
                     maplock-110   [000] d..2.   242.343458: contention_begin:     0xffff88813e79bf38 (flags=WRITE|0x80)
                     maplock-110   [000] d..2.   242.343459: kernel_stack:         <stack trace >
            => trace_event_raw_event_contention_begin (ffffffff812f7d2e)
            => rwsem_down_write_slowpath (ffffffff8220389b)
            => down_write (ffffffff821fff0c)
            => anon_vma_clone (ffffffff815bb9f0)
                     maplock-110   [000] ...1.   242.343500: contention_end:       0xffff88813e79bf38 (ret=0)

            """;
        RmapWait wait = Assert.Single(_host.Run($"Import-RmapTrace '{_folder.Write("report.txt", Report)}' -AsWait").All<RmapWait>());
        Assert.Equal((42_000, RmapWaitMode.Write, 0xffff88813e79bf38, "anon_vma_clone", 4), (wait.DurationNanoseconds, wait.Mode, wait.Lock!.Value, wait.Function, wait.Stack!.Count));
    }

    [Fact]
    public void The_chains_of_perf_script_are_the_samples_own_and_the_kernels()
    {
        const string Script = "maplock 23709 [000] 53423.107048: lock:contention_begin: 0xffff88813e79bf38 (flags=READ)\n"
            + "\tffffffff821ff2a5 rwsem_down_read_slowpath+0x335 ([kernel.kallsyms])\n"
            + "\tffffffff821ff6b4 down_read_killable+0x44 ([kernel.kallsyms])\n"
            + "\tffffffff815df02e lock_mm_and_find_vma+0x9e ([kernel.kallsyms])\n"
            + "\tffffffffc0123456 [unknown] ([kernel.kallsyms])\n"
            + "\t           89d6c pthread_create@GLIBC_2.2.5+0x9ec (/usr/lib/x86_64-linux-gnu/libc.so.6)\n\n"
            + "maplock 23709 [000] 53423.107049: sched:sched_switch: prev_comm=maplock\n"
            + "\tffffffff821fa76d __schedule+0xad ([kernel.kallsyms])\n\n"
            + "maplock 23709 [001] 53423.107131:   lock:contention_end: 0xffff88813e79bf38 (ret=0)\n"
            + "\tffffffff821ff2ff rwsem_down_read_slowpath+0x38f ([kernel.kallsyms])\n\n";
        string path = _folder.Write("script.txt", Script);
        RmapWait wait = Assert.Single(_host.Run($"Import-RmapTrace '{path}' -AsWait").All<RmapWait>());
        Assert.Equal((23709, 83_000, RmapWaitMode.Read, "lock_mm_and_find_vma"), (wait.ThreadId, wait.DurationNanoseconds, wait.Mode, wait.Function));
        Assert.Equal(["rwsem_down_read_slowpath", "down_read_killable", "lock_mm_and_find_vma", "ffffffffc0123456"], wait.Stack);
        for (int size = 40; size < 1200; size += 29)
        {
            Assert.Equal(Read(Script, 1 << 18, 0, out _).Count, Read(Script, size, 1, out _).Count);
        }
    }

    [Theory]
    [InlineData("contention_begin: 00000000d1f9d96e (flags=SPIN)", true)]
    [InlineData("contention_begin: 00000000d1f9d96e (flags=)", true)]
    [InlineData("contention_begin: 00000000d1f9d96e (flags=0x40)", true)]
    [InlineData("contention_end: 00000000d1f9d96e (ret=-110)", true)]
    [InlineData("contention_begin: lock_addr=0xffff88813e79bf38 (-131386080706760) flags=0x2 (2)", true)]
    [InlineData("contention_end: lock_addr=0xffff88813e79bf38 ret=0xfffffffc (-4)", true)]
    [InlineData("contention_begin: lock_addr=0xffff88813e79bf38", false)]
    [InlineData("contention_begin: 00000000d1f9d96e (flags=NEW)", false)]
    [InlineData("contention_begin: 00000000d1f9d96e", false)]
    [InlineData("contention_begin: nowhere (flags=SPIN)", false)]
    [InlineData("contention_end: 00000000d1f9d96e (ret=x)", false)]
    [InlineData("contention_end: 00000000d1f9d96e (ret=4294967295)", false)]
    [InlineData("contention_end: 00000000d1f9d96e (flags=SPIN)", false)]
    public void A_line_that_cannot_be_read_is_counted(string body, bool isRead)
    {
        string line = $"            cat-42      [000] .....     1.000001: {body}\n";
        using TextTraceReader reader = Open(line, 1 << 18, 0);
        int count = 0;
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            count += records.Length;
        }

        Assert.Equal(isRead ? (1, 0) : (0, 1), (count, reader.UnreadableEvents));
    }

    [Fact]
    public void Ever_new_chains_do_not_fill_the_memory()
    {
        var stacks = new StackTable();
        Span<int> frames = stackalloc int[100];
        for (int i = 1; i < 200_000; i++)
        {
            frames.Fill(i);
            int number = stacks.Intern(frames);
            Assert.Equal(i <= StackTable.Capacity / 100, number > 0);
        }

        frames.Fill(7);
        Assert.Equal(frames.ToArray(), stacks.Frames(stacks.Intern(frames)));
        Assert.Equal(0, stacks.Intern([]));
    }

    private List<TraceRecord> Read(string text, int blockSize, int helpers, out long otherEvents)
    {
        var records = new List<TraceRecord>();
        using TextTraceReader reader = Open(text, blockSize, helpers);
        while (reader.Read(out ReadOnlySpan<TraceRecord> next, CancellationToken.None))
        {
            records.AddRange(next);
        }

        otherEvents = reader.OtherEvents;
        return records;
    }

    private TextTraceReader Open(string text, int blockSize, int helpers) =>
        new(TraceFile.Open(_folder.Write("blocks.txt", text)), ContentionEvents.Wanted, TraceFormat.Auto, new SymbolTable(), blockSize, blockSize, helpers);
}
