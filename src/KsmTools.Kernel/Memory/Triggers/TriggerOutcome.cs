namespace KsmTools.Memory.Triggers;

/// <summary>What a trigger did.</summary>
/// <param name="Pages">How many of the target's pages the kernel surely walked: moved, marked, or paged out.</param>
/// <param name="FromNode">Where the first was.</param>
/// <param name="ToNode">Where it is.</param>
/// <param name="Remark">What the user should know.</param>
internal readonly record struct TriggerOutcome(int Pages, int? FromNode = null, int? ToNode = null, string? Remark = null);
