using System.Buffers.Binary;
using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>Idle page tracking: setting a page's bit clears the accessed bit of each of its page-table entries, which takes a walk.</summary>
internal sealed class PageIdleTrigger : WalkTrigger
{
    private const string Bitmap = "/sys/kernel/mm/page_idle/bitmap";
    private const int BitsPerWord = 64;

    // ksmd may hold the page's lock, and then it is passed over.
    private const int MaximumAttempts = 10;

    public override RmapTrigger Kind => RmapTrigger.PageIdle;

    public override string Needs => Messages.PageIdleNeeds;

    public override string Action => Messages.PageIdleTriggerAction;

    public override TriggerRefusal? Check(TriggerTarget target) => CheckFile(target, Bitmap, "CONFIG_IDLE_PAGE_TRACKING") ?? CheckFrame(target);

    public override TriggerOutcome Run(TriggerTarget target, Stopwatch clock, CancellationToken cancellationToken)
    {
        long[] frames = FramesOf(target, cancellationToken);
        long[] left = frames;
        using var flags = new FrameFile(target.Kernel, ProcessPages.FlagsFile);
        for (int attempt = 0; left.Length > 0 && attempt < MaximumAttempts; attempt++)
        {
            LruDrain.Run(target);
            foreach (long frame in left)
            {
                cancellationToken.ThrowIfCancellationRequested();
                clock.Start();
                Mark(target, frame);
                clock.Stop();
            }

            // The kernel says whether it took the page only by its flag.
            left = [.. left.Where(frame => flags.Read(frame) is long bits && ((PageFlags)bits & PageFlags.Idle) == 0)];
        }

        return new TriggerOutcome(frames.Length - left.Length, target.First.Node, Remark: left.Length > 0 ? Text.Format(Messages.PageIdleLeft, left.Length) : null);
    }

    // The kernel keeps its words in its own byte order, and sets bits only. For the last word, where memory ends in the middle of it, it does so and says that it took
    // nothing (page_idle_bitmap_write, mm/page_idle.c).
    private static void Mark(TriggerTarget target, long frame)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        ulong bit = 1UL << (int)(frame % BitsPerWord);
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, bit);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(word, bit);
        }

        Errno errno = target.Kernel.TryWrite(Bitmap, word, frame / BitsPerWord * sizeof(ulong));
        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, Bitmap, "write");
        }
    }
}
