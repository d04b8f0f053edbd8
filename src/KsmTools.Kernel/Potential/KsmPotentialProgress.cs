namespace KsmTools.Potential;

/// <summary>How far a measurement is.</summary>
/// <param name="Id">The process being read.</param>
/// <param name="Name">Its name.</param>
/// <param name="PagesRead">Pages read so far, of all processes.</param>
/// <param name="Share">The part that is done, 0 to 1.</param>
public readonly record struct KsmPotentialProgress(int Id, string? Name, long PagesRead, double Share);
