namespace KsmTools.Rmap;

/// <summary>Which end of a walk an event is.</summary>
public enum RmapEventKind
{
    /// <summary><c>rmap_walk_start</c>: the kernel begins a walk.</summary>
    Start = 0,

    /// <summary><c>rmap_walk_end</c>: the walk is over.</summary>
    End = 1,
}
