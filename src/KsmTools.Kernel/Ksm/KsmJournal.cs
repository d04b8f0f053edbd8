using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// The former settings of a command that changes them for a while, in <c>/run/ksmtools/journal</c>: written before the first change, deleted
/// once they are back. One that is there while nobody holds the lock is what a killed command left. The format is one
/// <c>name=value</c> a line, so that an administrator can read it and put it back by hand.
/// </summary>
internal sealed class KsmJournal
{
    private const string Name = "journal";
    private const string CommandKey = "command";
    private const string ProcessKey = "process";
    private const string TimeKey = "time";
    private const string UnmergesKey = "unmerge_first";

    private KsmJournal(string command, int processId, string time, KsmConfiguration former, bool unmerges)
    {
        Command = command;
        ProcessId = processId;
        Time = time;
        Former = former;
        Unmerges = unmerges;
    }

    /// <summary>The command that wrote it.</summary>
    public string Command { get; }

    /// <summary>Its process.</summary>
    public int ProcessId { get; }

    /// <summary>When it began, as written.</summary>
    public string Time { get; }

    /// <summary>The settings to put back.</summary>
    public KsmConfiguration Former { get; }

    /// <summary>Whether putting them back begins with unmerging the whole host: nothing was merged when the command began.</summary>
    public bool Unmerges { get; }

    /// <summary>Writes a journal, whole or not at all.</summary>
    /// <exception cref="KsmToolsException">It cannot be written; nothing may be changed then.</exception>
    public static void Write(KernelTree kernel, string command, KsmConfiguration former, bool unmerges)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{CommandKey}={command}\n{ProcessKey}={Environment.ProcessId}\n{TimeKey}={DateTimeOffset.Now:O}\n");
        if (unmerges)
        {
            text.Append(UnmergesKey).Append("=1\n");
        }

        foreach (KsmKnob knob in KsmKnob.All)
        {
            if (knob.TextIn(former) is { } value)
            {
                text.Append(CultureInfo.InvariantCulture, $"{knob.FileName}={value}\n");
            }
        }

        var file = new StateFile(kernel, Name);
        try
        {
            file.Write(text.ToString());
        }
        catch (KsmToolsException failure)
        {
            throw new KsmToolsException(
                failure.Reason, file.Path, Text.Format(Messages.JournalNotWritten, file.Path, failure.Message), Messages.JournalNotWrittenAction, failure.Errno, failure);
        }
    }

    /// <summary>The journal, or null where there is none.</summary>
    /// <exception cref="KsmToolsException">It is there and cannot be read.</exception>
    public static KsmJournal? Read(KernelTree kernel)
    {
        var file = new StateFile(kernel, Name);
        if (file.Read() is not { } text)
        {
            return null;
        }

        var former = new KsmConfiguration();
        string command = Messages.UnknownHolder;
        string time = string.Empty;
        int processId = 0;
        bool unmerges = false;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int separator = line.IndexOf('=', StringComparison.Ordinal);
            string key = separator < 0 ? line : line[..separator];
            string value = line[(separator + 1)..];
            bool understood = key switch
            {
                CommandKey => (command = value).Length > 0,
                TimeKey => (time = value).Length > 0,
                ProcessKey => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out processId),
                UnmergesKey => unmerges = value == "1",
                _ => KsmKnob.All.FirstOrDefault(knob => knob.FileName == key)?.TryStore(former, value) ?? false,
            };
            if (!understood)
            {
                throw KernelErrors.ForContents(file.Path, line);
            }
        }

        return new KsmJournal(command, processId, time, former, unmerges);
    }

    /// <summary>What a killed command left: a journal whose writer no longer runs, or null.</summary>
    public static KsmJournal? Orphan(KernelTree kernel) =>
        Read(kernel) is { } journal && (journal.ProcessId == 0 || !Directory.Exists($"/proc/{journal.ProcessId}")) ? journal : null;

    /// <summary>Removes the journal.</summary>
    public static void Delete(KernelTree kernel) => new StateFile(kernel, Name).Delete();

    /// <summary>For the message to the user.</summary>
    public override string ToString() => Text.Format(Messages.JournalOf, Command, ProcessId, Time);
}
