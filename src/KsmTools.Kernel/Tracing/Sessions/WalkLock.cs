namespace KsmTools.Tracing.Sessions;

/// <summary>What says whether the caller of a walk holds the lock already.</summary>
/// <param name="IsHeld">Whether it does, where that is the same for every call; else null.</param>
/// <param name="Number">Which argument says so; null where none does, or it is not known which.</param>
internal sealed record WalkLock(bool? IsHeld, int? Number)
{
    /// <summary>No caller does.</summary>
    public static WalkLock NotHeld { get; } = new(false, null);

    /// <summary>Every caller does.</summary>
    public static WalkLock Held { get; } = new(true, null);

    /// <summary>An argument says so, but not by its number.</summary>
    public static WalkLock Unknown { get; } = new(null, null);

    /// <summary>The argument that says so.</summary>
    public static WalkLock Argument(int number) => new(null, number);
}
