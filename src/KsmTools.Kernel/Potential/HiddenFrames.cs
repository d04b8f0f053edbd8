namespace KsmTools.Potential;

/// <summary>Pages that several mappings have, where the kernel hides which frame they are: of each content one frame is counted, and how many mappings were met.</summary>
internal sealed class HiddenFrames
{
    private readonly Dictionary<int, int> _pages = [];
    private readonly List<int> _ofThisProcess = [];

    /// <summary>How many mappings each content has.</summary>
    public IReadOnlyDictionary<int, int> Pages => _pages;

    /// <summary>Begins a process: what is counted from now on can be taken back.</summary>
    public void Begin() => _ofThisProcess.Clear();

    /// <summary>Counts a mapping.</summary>
    /// <returns>Whether it is the first one of its content.</returns>
    public bool Add(int content)
    {
        _ofThisProcess.Add(content);
        int before = _pages.GetValueOrDefault(content);
        _pages[content] = before + 1;
        return before == 0;
    }

    /// <summary>Takes back what was counted since <see cref="Begin"/>.</summary>
    public void TakeBack()
    {
        foreach (int content in _ofThisProcess)
        {
            _pages[content]--;
        }

        _ofThisProcess.Clear();
    }
}
