namespace KsmTools.Potential;

/// <summary>How many pages of one kind each content has. What one process adds can be taken back.</summary>
internal sealed class ContentPages
{
    private readonly Dictionary<int, int> _pages = [];
    private readonly List<int> _ofThisProcess = [];

    /// <summary>The contents that have some, and how many.</summary>
    public IEnumerable<KeyValuePair<int, int>> Pages => _pages.Where(content => content.Value > 0);

    /// <summary>Begins a process: what is counted from now on can be taken back.</summary>
    public void Begin() => _ofThisProcess.Clear();

    /// <summary>Counts a page.</summary>
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
