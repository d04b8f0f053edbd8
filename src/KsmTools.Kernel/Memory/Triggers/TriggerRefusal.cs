using KsmTools.Errors;

namespace KsmTools.Memory.Triggers;

/// <summary>A trigger that does not work here, and why.</summary>
public sealed class TriggerRefusal
{
    /// <summary>The trigger.</summary>
    public RmapTrigger Trigger { get; init; }

    /// <summary>What is missing.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do for it.</summary>
    public required string Remedy { get; init; }

    /// <summary>The reason of the error that asking for it by name gives.</summary>
    public ErrorReason ErrorReason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Trigger}: {Reason}");
}
