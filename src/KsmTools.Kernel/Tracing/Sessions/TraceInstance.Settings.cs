using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Tracing.Sessions;

/// <content>Clock and buffers.</content>
internal sealed partial class TraceInstance
{
    // Without overwrite, events that have no room leave no mark where they were lost; the others are about the kernel's text.
    private static readonly string[] PlainOptions =
    [
        "overwrite", "context-info", "irq-info", "nolatency-format", "noraw", "nohex", "nobin", "noverbose", "nofields", "nosym-addr", "nosym-offset", "nostacktrace", "nouserstacktrace",
        "nopause-on-trace",
    ];

    /// <summary>
    /// Sets the options that decide what is lost and how the kernel's text looks: a new instance has what the top level has at the time. Those that this kernel does not have are left out.
    /// </summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void UsePlainOptions()
    {
        var there = (ReadText(Options) ?? string.Empty).Split('\n').ToHashSet();
        foreach (string option in PlainOptions)
        {
            string opposite = option.StartsWith("no", StringComparison.Ordinal) ? option[2..] : "no" + option;
            if (there.Contains(opposite))
            {
                Write(Options, option);
            }
        }
    }

    /// <summary>Takes another clock, which empties the buffers.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/>, naming the clocks that there are.</exception>
    public void SetClock(string clock)
    {
        Errno errno = TryWrite(Clock, clock);
        if (errno == Errno.EINVAL)
        {
            string path = Locate(Clock);
            string clocks = (ReadText(Clock) ?? string.Empty).Replace("[", string.Empty, StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal);
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, path, Text.Format(Messages.ClockRejected, path, clock, errno.Describe()), Text.Format(Messages.ClockRejectedAction, clocks), errno);
        }

        if (errno != Errno.None)
        {
            throw Failure(errno, Clock, "write");
        }
    }

    /// <summary>Sets the size of every CPU's buffer.</summary>
    /// <param name="size">Bytes; the kernel rounds to whole sub-buffers.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>: the kernel cannot allocate it.</exception>
    public void SetBufferSize(long size)
    {
        string kib = ((size / 1024) + (size % 1024 > 0 ? 1 : 0)).ToString(CultureInfo.InvariantCulture);
        Errno errno = TryWrite(BufferSize, kib);
        if (errno is Errno.ENOMEM or Errno.EINVAL or Errno.ERANGE)
        {
            string path = Locate(BufferSize);
            throw new KsmToolsException(
                errno == Errno.ENOMEM ? ErrorReason.MemoryInsufficient : ErrorReason.KnobValueInvalid,
                path,
                Text.Format(Messages.BufferSizeRejected, path, kib, errno.Describe(), Cpus.Count),
                Messages.BufferSizeRejectedAction,
                errno);
        }

        if (errno != Errno.None)
        {
            throw Failure(errno, BufferSize, "write");
        }
    }

    /// <summary>
    /// Has a reader woken as soon as there is anything; it decides itself how long it lets more come together. Kernels before 5.0 have no
    /// such file and do so anyway.
    /// </summary>
    public void WakeReadersAtOnce() => _ = TryWakeReadersAt(0);

    /// <summary>Has a reader woken once so much of a CPU's buffer is full.</summary>
    /// <param name="percent">0 for as soon as there is anything.</param>
    /// <returns>Whether this kernel does so: Linux 5.0, for poll(2) 6.1.</returns>
    public bool TryWakeReadersAt(int percent) => TryWrite("buffer_percent", percent.ToString(CultureInfo.InvariantCulture)) == Errno.None;
}
