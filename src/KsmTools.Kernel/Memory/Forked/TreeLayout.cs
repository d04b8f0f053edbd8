namespace KsmTools.Memory.Forked;

/// <summary>The pages and processes of a <see cref="TreeHolder"/>.</summary>
/// <param name="PageCount">How many pages each process has that are all alike.</param>
/// <param name="OtherPages">How many it has behind them that are like no other.</param>
/// <param name="Content">The word that fills those that are alike.</param>
/// <param name="IsMergeable">Whether ksmd may merge them, and each process has its own; else all processes map the same.</param>
/// <param name="Depth">How many levels of processes there are below the first.</param>
internal sealed record TreeLayout(int PageCount, int OtherPages, ulong Content, bool IsMergeable, int Depth);
