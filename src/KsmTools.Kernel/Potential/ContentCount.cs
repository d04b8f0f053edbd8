namespace KsmTools.Potential;

/// <summary>One content and how often it was met.</summary>
internal struct ContentCount
{
    /// <summary>Its hash.</summary>
    public ulong Hash;

    /// <summary>Mappings of pages with it: the items that ksmd would keep.</summary>
    public int Pages;

    /// <summary>Different page frames among them: a frame that processes share since fork(2), or that is merged already, is one.</summary>
    public int Frames;
}
