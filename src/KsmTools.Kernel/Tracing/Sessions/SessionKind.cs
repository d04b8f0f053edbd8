namespace KsmTools.Tracing.Sessions;

/// <summary>What a session traces.</summary>
public enum SessionKind
{
    /// <summary>Reverse-mapping walks.</summary>
    Rmap,

    /// <summary>KSM's own events.</summary>
    Ksm,
}
