using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>A state file of changes that are to be taken back, one <c>name=before -> set</c> a line: an administrator can read it, and do it by hand.</summary>
internal sealed class KsmChangeRecord
{
    private const string Command = "command";
    private const string Process = "process";
    private const string Time = "time";
    private const string UnmergesFirst = "unmerge_first";
    private const string Lasts = "lasting";

    private readonly KernelTree _kernel;
    private readonly StateFile _file;
    private readonly StateText _text;
    private readonly KsmConfiguration _values = new();
    private readonly KsmOwnChanges _changes = KsmOwnChanges.None;
    private readonly List<string> _unknown = [];
    private bool _staysDamaged;

    private KsmChangeRecord(KernelTree kernel, StateFile file, StateText text)
    {
        _kernel = kernel;
        _file = file;
        _text = text;
        NamedValues lines = text.Values.Without(Command, Process, Time, UnmergesFirst, Lasts);
        foreach ((string name, string value) in lines.Lines)
        {
            // A file that contradicts itself says nothing.
            if (lines.FindAll(name).Count == 1 && _changes.WithLine(name, value, IsTaken) is { } more)
            {
                _changes = more;
            }
            else if (lines.FindAll(name).Count > 1 || !TryStore(name, value))
            {
                _unknown.Add(value.Length == 0 ? name : $"{name}={value}");
            }
        }
    }

    /// <summary>Whether it is not what was written.</summary>
    public bool IsDamaged => _text.IsDamaged || _unknown.Count > 0;

    /// <summary>Whether taking back begins with unmerging the whole host: nothing was merged when the command began. A damaged record is not believed that.</summary>
    public bool Unmerges => !IsDamaged && _text.Values.Find(UnmergesFirst) == "1";

    /// <summary>Whether the changes are to last, and are on record only until all of them are made.</summary>
    public bool IsLasting => !IsDamaged && _text.Values.Find(Lasts) == "1";

    /// <summary>Whether there is nothing to take back.</summary>
    public bool IsEmpty => !IsDamaged && !Unmerges && !HasChanges;

    /// <summary>Whether it says of a knob what it was.</summary>
    public bool HasChanges => !_changes.IsEmpty || KsmKnob.All.Any(knob => knob.TextIn(_values) is not null);

    /// <summary>Whether it is of an earlier boot, whose settings are gone.</summary>
    public bool IsOfEarlierBoot => _text.IsOfEarlierBoot;

    /// <summary>The record, or null where there is none.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">The file.</param>
    /// <exception cref="KsmToolsException">The kernel cannot read it, or others could have written it.</exception>
    public static KsmChangeRecord? Read(KernelTree kernel, string name)
    {
        var file = new StateFile(kernel, name);
        return file.Read() is { } text ? new KsmChangeRecord(kernel, file, text) : null;
    }

    /// <summary>Writes a record, whole or not at all.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">The file.</param>
    /// <param name="command">The command.</param>
    /// <param name="changes">What is changed with the change that follows.</param>
    /// <param name="unmerges">Whether taking back begins with unmerging.</param>
    /// <param name="lasting">Whether the changes are to last once all are made.</param>
    /// <exception cref="KsmToolsException">It cannot be written; nothing may be changed then.</exception>
    public static void Write(KernelTree kernel, string name, ActingCommand command, KsmOwnChanges changes, bool unmerges = false, bool lasting = false) => Write(
        new StateFile(kernel, name),
        new NamedValues()
            .Add(Command, command.Name)
            .Add(Process, Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            .Add(Time, DateTimeOffset.Now.ToString("O", CultureInfo.InvariantCulture))
            .Add(UnmergesFirst, unmerges ? "1" : null)
            .Add(Lasts, lasting ? "1" : null),
        changes);

    /// <summary>Removes a record.</summary>
    public static void Delete(KernelTree kernel, string name) => new StateFile(kernel, name).Delete();

    /// <summary>The changes. Of a line that says only what was before, it counts as set what is there.</summary>
    /// <param name="now">The knobs.</param>
    public KsmOwnChanges Changes(KsmConfiguration now) => _changes.Adopt(_values, now);

    /// <summary>Sees to it that what is there is whole and of this boot, or is nothing. The caller has the lock.</summary>
    /// <param name="now">The knobs.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    /// <returns>Whether the changes are still to be taken back.</returns>
    public bool Mend(KsmConfiguration now, Notices notices)
    {
        if (IsOfEarlierBoot)
        {
            _file.TryDelete();
            notices.Remark(Text.Format(Messages.StateOfEarlierBoot, _file.Path, this));
            return false;
        }

        if (IsDamaged)
        {
            KsmOwnChanges believed = Changes(now);
            string unknown = _unknown.Count > 0 ? string.Join(", ", _unknown) : Messages.StateRestUnknown;
            _staysDamaged = !_file.PutInOrder(believed.IsEmpty ? null : WithLines(Head(), believed), unknown, notices);
        }

        return true;
    }

    /// <summary>The refusal to go by what a damaged record says.</summary>
    public KsmToolsException NotKnown() => StateErrors.ForUnknown(_file.Path);

    /// <summary>Replaces the changes by those that are still to be taken back; where there is nothing to do any more it goes. Whose it is stays.</summary>
    /// <param name="changes">Those.</param>
    /// <param name="unmerges">Whether unmerging is still to be done, if it was.</param>
    /// <exception cref="KsmToolsException">It cannot be written.</exception>
    public void Rewrite(KsmOwnChanges changes, bool unmerges)
    {
        bool isOwed = unmerges && Unmerges;
        if (!changes.IsEmpty || isOwed)
        {
            Write(_file, Head().Add(UnmergesFirst, isOwed ? "1" : null), changes);
        }
        else if (_staysDamaged)
        {
            TryMoveAside();
        }
        else
        {
            _file.Delete();
        }
    }

    /// <summary>For the message to the user.</summary>
    public override string ToString() =>
        _text.Values.Find(Command) is { } command ? Text.Format(Messages.JournalOf, command, _text.Values.Find(Process) ?? "?", _text.Values.Find(Time) ?? "?") : _file.Path;

    private void TryMoveAside()
    {
        try
        {
            _ = _file.MoveAside();
        }
        catch (KsmToolsException)
        {
            // That was said when it was found.
        }
    }

    private NamedValues Head()
    {
        var head = new NamedValues();
        foreach (string name in (ReadOnlySpan<string>)[Command, Process, Time])
        {
            head.Add(name, _text.Values.Find(name));
        }

        return head;
    }

    private static NamedValues WithLines(NamedValues values, KsmOwnChanges changes)
    {
        foreach ((string name, string value) in changes.Lines())
        {
            values.Add(name, value);
        }

        return values;
    }

    private static void Write(StateFile file, NamedValues values, KsmOwnChanges changes)
    {
        try
        {
            file.Write(WithLines(values, changes));
        }
        catch (KsmToolsException failure)
        {
            throw new KsmToolsException(
                failure.Reason, file.Path, Text.Format(Messages.JournalNotWritten, file.Path, failure.Message), Text.Format(Messages.JournalNotWrittenAction, failure.RecommendedAction), failure.Errno, failure);
        }
    }

    private bool TryStore(string name, string value) =>
        KsmKnob.All.FirstOrDefault(knob => knob.FileName == name) is { } known && IsTaken(known, value) && known.TryStore(_values, value);

    // Who could write what the kernel does not take has not written this.
    private bool IsTaken(KsmKnob knob, string value) =>
        knob.IsOther ? new KsmOtherFiles(_kernel).Has(knob.FileName)
        : knob == KsmKnob.AdvisorMode ? new KsmConfigurationStore(_kernel).AdvisorModes.Contains(KsmAdvisorMode.NameOf(value))
        : knob.Takes(value);
}
