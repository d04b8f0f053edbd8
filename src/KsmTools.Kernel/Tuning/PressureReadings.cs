using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Tuning;

/// <summary>What the machine has and uses, in bytes.</summary>
/// <param name="Total"><c>MemTotal</c>.</param>
/// <param name="Available"><c>MemAvailable</c>.</param>
/// <param name="Saved">What merging saves.</param>
internal readonly record struct PressureReadings(long Total, long Available, long Saved)
{
    // ksmtuned's sleep is for a machine of this size, and never shorter.
    private const long LargeTotal = 16L << 30;
    private const uint LeastSleep = 10;

    /// <summary>The sleep between batches in milliseconds: the less memory, the longer.</summary>
    public uint UsualSleep => (uint)Math.Clamp(LeastSleep * LargeTotal / Math.Max(Total, 1), LeastSleep, uint.MaxValue);

    /// <summary>Reads them.</summary>
    /// <exception cref="KsmToolsException"><c>/proc/meminfo</c> does not say.</exception>
    public static PressureReadings Read(KernelTree kernel)
    {
        long Require(long? bytes, string key) => bytes ?? throw new KsmToolsException(
            ErrorReason.KernelIoError, kernel.Locate(AvailableMemory.Path), Text.Format(Messages.MemoryNotSaid, kernel.Locate(AvailableMemory.Path), key), Messages.MemoryNotSaidAction);

        return new PressureReadings(
            Require(KibibyteLine.Find(kernel, AvailableMemory.Path, "MemTotal:"), "MemTotal"),
            Require(AvailableMemory.ReadBytes(kernel), "MemAvailable"),
            new KsmStatusReader(kernel).Read().SavedBytes);
    }

    /// <summary>Memory is short below this: a share of all memory, or a number of bytes, whichever is more.</summary>
    public long Threshold(MemoryPressureOptions options) => Math.Max((long)(Total * options.Threshold), options.MinimumThreshold);
}
