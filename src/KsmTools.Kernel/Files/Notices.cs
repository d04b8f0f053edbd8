using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>What people are to be told once the work is done. Telling may end a command, by <c>-WarningAction Stop</c>, and must not keep it from putting things back.</summary>
/// <param name="command">The command that tells them; null where nobody listens.</param>
internal sealed class Notices(ActingCommand? command) : IDisposable
{
    private readonly List<Action> _notices = [];
    private readonly HashSet<string> _said = [];

    /// <summary>Something that they should know, once.</summary>
    public void Remark(string text)
    {
        if (_said.Add(text))
        {
            _notices.Add(() => command?.Remark?.Invoke(text));
        }
    }

    /// <summary>A state file that was damaged, and is out of the way.</summary>
    public void Damage(KsmToolsException damage) => _notices.Add(() => command?.Damaged?.Invoke(damage));

    /// <summary>Tells them.</summary>
    public void Dispose()
    {
        Action[] notices = [.. _notices];
        _notices.Clear();
        Array.ForEach(notices, notice => notice());
    }
}
