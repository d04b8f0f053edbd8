namespace KsmTools.Help;

/// <summary>Something wrong with a help page, in the form that MSBuild and editors understand.</summary>
internal sealed record Problem(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}({Line}): error KSMHELP: {Message}";
}
