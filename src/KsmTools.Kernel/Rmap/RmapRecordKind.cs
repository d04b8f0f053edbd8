namespace KsmTools.Rmap;

/// <summary>What a record of a decoder stands for.</summary>
public enum RmapRecordKind : byte
{
    /// <summary>A walk begins.</summary>
    Start = 0,

    /// <summary>A walk ends.</summary>
    End = 1,

    /// <summary>The kernel lost events here; see <see cref="RmapRecord.LostCount"/>.</summary>
    Lost = 2,
}
