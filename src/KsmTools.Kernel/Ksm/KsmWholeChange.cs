using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// A lasting change of several knobs, all or none, also where the command is killed between two of them: until all are made they are in the journal, as what an interrupted command
/// left is. A single write is whole by itself.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="left">What an interrupted command left, which stays on record beside; null where nothing did.</param>
/// <param name="now">The knobs.</param>
internal sealed class KsmWholeChange(KernelTree kernel, KsmChangeRecord? left, KsmConfiguration now)
{
    private readonly KsmOwnChanges _before = left?.Changes(now) ?? KsmOwnChanges.None;

    /// <summary>Makes the change. The caller has the lock.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <param name="count">How many writes that takes.</param>
    /// <param name="command">The command.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    /// <exception cref="KsmToolsException">As <see cref="KsmConfigurationStore.Apply"/>.</exception>
    public void Make(KsmConfiguration request, int count, ActingCommand command, Notices notices)
    {
        bool isOnRecord = count > 1 && TryWrite(request, command);
        try
        {
            _ = new KsmConfigurationStore(kernel).Apply(request);
        }
        finally
        {
            if (isOnRecord)
            {
                TakeOff(notices);
            }
        }
    }

    // On a full disk a change is made as well, and whole unless the command is killed.
    private bool TryWrite(KsmConfiguration request, ActingCommand command)
    {
        try
        {
            KsmJournal.Write(kernel, command, _before.Joined(KsmOwnChanges.None.With(now, request), now), unmerges: left is { Unmerges: true }, lasting: true);
            return true;
        }
        catch (KsmToolsException)
        {
            return false;
        }
    }

    private void TakeOff(Notices notices)
    {
        try
        {
            if (left is null)
            {
                KsmJournal.Delete(kernel);
            }
            else
            {
                left.Rewrite(_before, unmerges: true);
            }
        }
        catch (KsmToolsException failure)
        {
            notices.Remark(Text.Format(Messages.RecordNotUpdated, failure.InnerException?.Message ?? failure.Message));
        }
    }
}
