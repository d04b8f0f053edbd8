using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// Reads the lines of a call chain: <c> =&gt; function</c> of tracefs, <c>=&gt; function (address)</c> of trace-cmd report, and of perf script
/// <c>ffffffff8110010f function+0x12 (file)</c> behind a tab. Frames of user space are passed over.
/// </summary>
/// <param name="functions">Numbers their names.</param>
/// <param name="stacks">Numbers the chains.</param>
internal sealed class StackLines(SymbolCache functions, StackTable stacks)
{
    // x86-64 and arm64 have the kernel above this, and what perf takes for a frame of user space may be anything.
    private const ulong Kernel = 0xFFF0UL << 48;

    private readonly int[] _frames = new int[StackTable.Deepest];
    private TraceRecord _owner;
    private int _count;
    private bool _isUser;
    private bool _isOver;

    /// <summary>Whether frames may come.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether a line is a frame of tracefs or trace-cmd report.</summary>
    public static bool IsKernelFrame(ReadOnlySpan<byte> line) => line.StartsWith(" => "u8) || line.StartsWith("=> "u8);

    /// <summary>Whether a line can be a frame, or the empty line behind perf's last one.</summary>
    /// <param name="line">The line, with or without its newline.</param>
    public static bool IsFrame(ReadOnlySpan<byte> line) =>
        line.IsEmpty || line[0] is (byte)'\n' or (byte)'\r' || ((line[0] == '\t' || IsKernelFrame(line)) && !IsEvent(line));

    /// <summary>The next lines may be frames.</summary>
    /// <param name="owner">Who, where and when.</param>
    public void Open(in TraceRecord owner)
    {
        _owner = owner;
        _count = 0;
        _isUser = false;
        _isOver = false;
        IsOpen = true;
    }

    /// <summary>Takes a line that is a frame.</summary>
    /// <param name="line">The line.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryAdd(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimEnd((byte)'\r');
        if (_isOver || !IsFrame(text))
        {
            return false;
        }

        // perf ends a chain by an empty line.
        _isOver = text.IsEmpty;
        ReadOnlySpan<byte> name = text is [(byte)'\t', ..] ? OfPerf(text) : OfKernel(text);
        if (!name.IsEmpty && !_isUser && _count < _frames.Length)
        {
            _frames[_count++] = functions.Intern(name);
        }

        return true;
    }

    /// <summary>The chain is over.</summary>
    /// <param name="record">Filled where it has frames.</param>
    /// <returns>Whether it has.</returns>
    public bool Close(ref TraceRecord record)
    {
        IsOpen = false;
        if (_count == 0)
        {
            return false;
        }

        record = _owner;
        StackEvents.Fill(ref record, stacks, _frames.AsSpan(0, _count));
        return true;
    }

    // Whoever names a thread so can make a line begin like a frame; but hardly a frame has what ends a time.
    private static bool IsEvent(ReadOnlySpan<byte> line)
    {
        LineContext context = default;
        return line.IndexOf(": "u8) >= 0 && (ContextParser.TryParse(line, ref context) || PerfScriptContext.TryParse(line, ref context));
    }

    // "<stack trace>" of tracefs has no more on a line than this, and trace-cmd an address or an offset behind it.
    private static ReadOnlySpan<byte> OfKernel(ReadOnlySpan<byte> line)
    {
        int arrow = line.IndexOf("=> "u8);
        return arrow < 0 ? default : Name(line[(arrow + 3)..]);
    }

    // Frames of user space come behind the kernel's.
    private ReadOnlySpan<byte> OfPerf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.Trim("\t \r"u8);
        int space = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> address = space < 0 ? text : text[..space];
        _isUser |= !Digits.TryHex(address, out ulong value) || (value < Kernel && !IsOfKernel(text));
        if (_isUser)
        {
            return default;
        }

        ReadOnlySpan<byte> name = space < 0 ? default : Name(text[(space + 1)..]);
        return name.IsEmpty || name[0] is (byte)'[' or (byte)'(' ? address : name;
    }

    // "([kernel.kallsyms])", "([kvm])", "(/usr/lib/debug/boot/vmlinux-6.12)", where addresses do not tell.
    private static bool IsOfKernel(ReadOnlySpan<byte> line)
    {
        int open = line.LastIndexOf(" ("u8);
        ReadOnlySpan<byte> file = open < 0 ? default : line[(open + 2)..];
        return file.IndexOf("vmlinux"u8) >= 0 || file.IndexOf(".ko"u8) >= 0
            || (file.StartsWith("["u8) && !file.StartsWith("[v"u8) && !file.StartsWith("[unknown"u8) && !file.StartsWith("[heap"u8) && !file.StartsWith("[stack"u8));
    }

    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny(" +\t\r"u8);
        return end < 0 ? text : text[..end];
    }
}
