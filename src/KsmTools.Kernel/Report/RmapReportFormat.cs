namespace KsmTools.Report;

/// <summary>What a report is written as.</summary>
public enum RmapReportFormat
{
    /// <summary>A page of its own for browsers, print and phones.</summary>
    Html = 0,

    /// <summary>A drawing that scales.</summary>
    Svg = 1,

    /// <summary>A picture.</summary>
    Png = 2,
}
