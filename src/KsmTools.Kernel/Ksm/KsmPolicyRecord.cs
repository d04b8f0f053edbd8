using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// What steps of a policy, each a command of its own, have changed so far, in <c>/run/ksmtools/memory-pressure</c>. It is written before the change and goes once
/// everything was taken back.
/// </summary>
internal static class KsmPolicyRecord
{
    private const string Name = "memory-pressure";

    /// <summary>The record; null where there is none.</summary>
    /// <exception cref="KsmToolsException">The kernel cannot read it, or others could have written it.</exception>
    public static KsmChangeRecord? Find(KernelTree kernel) => KsmChangeRecord.Read(kernel, Name);

    /// <summary>What is on record, as far as it can be read.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="now">The knobs.</param>
    /// <exception cref="KsmToolsException">The kernel cannot read it, or others could have written it.</exception>
    public static KsmOwnChanges Read(KernelTree kernel, KsmConfiguration now) =>
        Find(kernel) is { IsOfEarlierBoot: false } record ? record.Changes(now) : KsmOwnChanges.None;

    /// <summary>What is on record, whole and of this boot. The caller has the lock.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="now">The knobs.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    public static KsmOwnChanges TakeOver(KernelTree kernel, KsmConfiguration now, Notices notices) => Mended(kernel, now, notices)?.Changes(now) ?? KsmOwnChanges.None;

    /// <summary>The record, whole and of this boot; null where there is none. The caller has the lock.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="now">The knobs.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    public static KsmChangeRecord? Mended(KernelTree kernel, KsmConfiguration now, Notices notices) =>
        Find(kernel) is { } record && record.Mend(now, notices) ? record : null;

    /// <summary>Writes the record, whole or not at all; removes it where nothing is to be recorded.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="command">The command.</param>
    /// <param name="changes">What is changed with the change that follows.</param>
    /// <exception cref="KsmToolsException">It cannot be written; nothing may be changed then.</exception>
    public static void Write(KernelTree kernel, ActingCommand command, KsmOwnChanges changes)
    {
        if (changes.IsEmpty)
        {
            KsmChangeRecord.Delete(kernel, Name);
        }
        else
        {
            KsmChangeRecord.Write(kernel, Name, command, changes);
        }
    }
}
