using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// What a command that changes settings for a while has changed so far, in <c>/run/ksmtools/journal</c>: written before each change, deleted once everything is back. What changes several for
/// good is there until all are made (<see cref="KsmWholeChange"/>).
/// One that is there while nobody holds the lock is what a killed command left.
/// </summary>
internal static class KsmJournal
{
    private const string Name = "journal";

    /// <summary>Writes the journal, whole or not at all.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="command">The command.</param>
    /// <param name="changes">What is changed with the change that follows.</param>
    /// <param name="unmerges">Whether putting back begins with unmerging the whole host.</param>
    /// <param name="lasting">Whether the changes are to last once all are made.</param>
    /// <exception cref="KsmToolsException">It cannot be written; nothing may be changed then.</exception>
    public static void Write(KernelTree kernel, ActingCommand command, KsmOwnChanges changes, bool unmerges, bool lasting = false) =>
        KsmChangeRecord.Write(kernel, Name, command, changes, unmerges, lasting);

    /// <summary>The journal, or null where there is none.</summary>
    /// <exception cref="KsmToolsException">The kernel cannot read it, or others could have written it.</exception>
    public static KsmChangeRecord? Read(KernelTree kernel) => KsmChangeRecord.Read(kernel, Name);

    /// <summary>What a killed command left: a journal with something in it while nobody holds the lock, by the kernel's word; else null.</summary>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    public static KsmChangeRecord? Orphan(KernelTree kernel) =>
        Read(kernel) is { IsOfEarlierBoot: false, IsEmpty: false } journal && CommandLock.HolderOf(kernel, CommandLock.Settings) is null ? journal : null;

    /// <summary>What a killed command left, whole and of this boot; null where that is nothing. The caller has the lock.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="now">The knobs.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    public static KsmChangeRecord? TakeOver(KernelTree kernel, KsmConfiguration now, Notices notices) =>
        Read(kernel) is { } journal && journal.Mend(now, notices) ? journal : null;

    /// <summary>Removes the journal.</summary>
    /// <exception cref="KsmToolsException">It cannot be removed.</exception>
    public static void Delete(KernelTree kernel) => KsmChangeRecord.Delete(kernel, Name);
}
