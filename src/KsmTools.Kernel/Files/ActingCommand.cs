using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>The command that changes something: by what name others see it, how long it waits for them, and where people hear what they should know.</summary>
/// <param name="Name">Its name, in locks, journals and records.</param>
public sealed record ActingCommand(string Name)
{
    /// <summary>How long to wait for a lock that another command holds.</summary>
    public TimeSpan LockTimeout { get; init; }

    /// <summary>Called once, before waiting, with who holds the lock; may be null.</summary>
    public Action<string>? Waiting { get; init; }

    /// <summary>Called on the command's own thread with what was found and people should know; may be null.</summary>
    public Action<string>? Remark { get; init; }

    /// <summary>Called with a state file that was damaged and is out of the way now; may be null.</summary>
    public Action<KsmToolsException>? Damaged { get; init; }

    /// <summary>Gives up waiting.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>A command that waits for nobody and has nobody to tell.</summary>
    /// <param name="name">Its name.</param>
    public static implicit operator ActingCommand(string name) => new(name);

    /// <summary>A command that waits for nobody and has nobody to tell.</summary>
    /// <param name="name">Its name.</param>
    public static ActingCommand FromString(string name) => new(name);
}
