namespace KsmTools.Memory;

/// <summary>What became of one page that was to move to a node.</summary>
public sealed class PageMoveResult
{
    /// <summary>The process.</summary>
    public int Id { get; init; }

    /// <summary>The page's address in the process.</summary>
    public long Address { get; init; }

    /// <summary>Where it was; null where it was not in memory.</summary>
    public int? FromNode { get; init; }

    /// <summary>Where it was to go.</summary>
    public int ToNode { get; init; }

    /// <summary>What became of it.</summary>
    public PageMoveStatus Status { get; init; }

    /// <summary>How many times move_pages(2) was asked to move it; 0 where there was nothing to do.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether the kernel, asked again afterwards, says that the page is on the node.</summary>
    public bool Verified { get; init; }

    /// <summary>Whether the page is not where it was to go.</summary>
    internal bool IsFailure => Status is not (PageMoveStatus.Moved or PageMoveStatus.AlreadyThere);
}
