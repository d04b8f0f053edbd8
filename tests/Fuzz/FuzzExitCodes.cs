namespace KsmTools.Fuzz;

/// <summary>How the command ends.</summary>
internal static class FuzzExitCodes
{
    public const int Broken = 1;
    public const int BadCommandLine = 2;
}
