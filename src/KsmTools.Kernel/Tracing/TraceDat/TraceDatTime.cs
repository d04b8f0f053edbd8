using System.Globalization;
using System.Text;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// The options that change times, applied as <c>trace-cmd report</c> does: first a guest's times become the host's (TIME_SHIFT), then cycles
/// become nanoseconds (TSC2NSEC), then the file's offset is added (DATE, OFFSET).
/// </summary>
internal sealed class TraceDatTime
{
    // TRACECMD_TSYNC_FLAG_INTERPOLATE of trace-cmd: between two samples the offset is a straight line.
    private const uint Interpolate = 1;
    private const int MaximumShift = 63;

    private long _offset;
    private ulong _multiplier;
    private int _shift;
    private uint _shiftFlags;
    private Sample[][] _samples = [];

    /// <summary>Whether a factor makes nanoseconds of the clock's cycles.</summary>
    public bool IsNanoseconds => _multiplier != 0;

    /// <summary>The same for all files whose times are converted in the same way; null where that is by CPU and time.</summary>
    public string? Identity => _samples.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{_multiplier}>>{_shift}+{_offset}") : null;

    /// <summary>The conversion for a buffer; null where times stay as they are.</summary>
    /// <param name="isTop">Whether it is the top buffer: trace-cmd shifts only that one's times to the host's.</param>
    public ITimeConversion? For(bool isTop) =>
        (isTop && _samples.Length > 0) || _multiplier != 0 || _offset != 0 ? new Conversion(this, isTop) : null;

    /// <summary>DATE: microseconds, OFFSET: nanoseconds, both as text in decimal or, after 0x, hexadecimal.</summary>
    public void AddOffset(ReadOnlySpan<byte> text, long unit)
    {
        string number = Encoding.ASCII.GetString(text).Split('\0')[0].Trim();
        bool negative = number.StartsWith('-');
        number = number.TrimStart('-', '+');
        bool hexadecimal = number.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (ulong.TryParse(
            hexadecimal ? number.AsSpan(2) : number,
            hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out ulong value))
        {
            long signed = unchecked((long)value * unit);
            _offset = unchecked(_offset + (negative ? -signed : signed));
        }
    }

    /// <summary>TSC2NSEC.</summary>
    public void SetCycles(TraceDatCursor option)
    {
        uint multiplier = option.UInt32();
        uint shift = option.UInt32();
        if (shift > MaximumShift)
        {
            throw option.Corrupt(Messages.ReasonTimeOption);
        }

        _multiplier = multiplier;
        _shift = (int)shift;
    }

    /// <summary>TIME_SHIFT.</summary>
    public void SetShift(TraceDatCursor option)
    {
        option.Skip(8);
        _shiftFlags = option.UInt32();
        uint cpus = option.UInt32();
        if (cpus > option.Left / 4)
        {
            throw option.Corrupt(Messages.ReasonTimeOption);
        }

        var samples = new Sample[cpus][];
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            uint count = option.UInt32();
            if (count > option.Left / 24)
            {
                throw option.Corrupt(Messages.ReasonTimeOption);
            }

            samples[cpu] = new Sample[count];
            Fill(samples[cpu], option, static (ref sample, value) => sample.Time = value);
            Fill(samples[cpu], option, static (ref sample, value) => sample.Offset = unchecked((long)value));
            Fill(samples[cpu], option, static (ref sample, value) => sample.Scaling = value);
        }

        // Files of older versions have no fractions.
        if (option.Left > 0)
        {
            foreach (Sample[] cpu in samples)
            {
                Fill(cpu, option, static (ref sample, value) => sample.Fraction = (int)Math.Min(value, MaximumShift));
            }
        }

        _samples = Array.ConvertAll(samples, cpu => cpu.OrderBy(sample => sample.Time).DistinctBy(sample => sample.Time).ToArray());
    }

    private delegate void Setter(ref Sample sample, ulong value);

    private static void Fill(Sample[] samples, TraceDatCursor option, Setter set)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            set(ref samples[i], option.UInt64());
        }
    }

    private Int128 Convert(ulong time, int cpu, bool isTop)
    {
        Int128 result = isTop && (uint)cpu < (uint)_samples.Length ? Shift(time, _samples[cpu]) : time;
        if (_multiplier != 0)
        {
            result = (result * _multiplier) >> _shift;
        }

        return result + _offset;
    }

    private Int128 Shift(ulong time, Sample[] samples)
    {
        if (samples.Length == 0)
        {
            return time;
        }

        if (samples.Length == 1)
        {
            return (Int128)time + samples[0].Offset;
        }

        // The pair of samples around the time, or the first or the last two.
        int low = 0, high = samples.Length - 2;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (samples[middle].Time <= time)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        ref readonly Sample before = ref samples[low];
        ref readonly Sample after = ref samples[low + 1];
        Int128 offset = before.Offset;
        if ((_shiftFlags & Interpolate) != 0)
        {
            Int128 span = (Int128)after.Time - before.Time;
            offset += ((((Int128)time - before.Time) * ((Int128)after.Offset - before.Offset)) + (span / 2)) / span;
        }

        // More than 127 bits are no time, and are refused as one where the record is made.
        UInt128 scaled = ((UInt128)time * before.Scaling) >> before.Fraction;
        return scaled > ulong.MaxValue ? (Int128)ulong.MaxValue : (Int128)scaled + offset;
    }

    private struct Sample
    {
        public ulong Time;
        public long Offset;
        public ulong Scaling;
        public int Fraction;
    }

    private sealed class Conversion(TraceDatTime owner, bool isTop) : ITimeConversion
    {
        public Int128 Convert(ulong time, int cpu) => owner.Convert(time, cpu, isTop);
    }
}
