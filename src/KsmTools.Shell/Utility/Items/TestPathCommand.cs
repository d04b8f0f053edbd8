using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>What kind of item is asked for.</summary>
public enum TestPathType
{
    Any,
    Container,
    Leaf,
}

[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(bool))]
public sealed class TestPathCommand : PSCmdlet
{
    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? Path { get; set; }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? LiteralPath { get; set; }

    [Parameter]
    [Alias("Type")]
    public TestPathType PathType { get; set; }

    [Parameter]
    public SwitchParameter IsValid { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string? path in LiteralPath ?? Path ?? [null])
        {
            if (path is null)
            {
                WriteError(new ErrorRecord(
                    new ArgumentNullException(nameof(Path), "The provided Path argument was null or an empty collection."),
                    "NullPathNotPermitted", ErrorCategory.InvalidArgument, Path));
                continue;
            }

            WriteObject(!string.IsNullOrWhiteSpace(path) && Exists(path));
        }
    }

    private bool Exists(string path)
    {
        try
        {
            if (IsValid)
            {
                return SessionState.Path.IsValid(path);
            }

            bool literal = LiteralPath is not null;
            if (!InvokeProvider.Item.Exists(path, force: false, literal))
            {
                return false;
            }

            return PathType == TestPathType.Any || IsContainer(path, literal) == (PathType == TestPathType.Container);
        }
        catch (Exception exception) when (exception is RuntimeException or NotSupportedException or UnauthorizedAccessException or IOException)
        {
            // What cannot be reached does not exist for this user.
            return false;
        }
    }

    private bool IsContainer(string path, bool literal) => InvokeProvider.Item.IsContainer(literal ? WildcardPattern.Escape(path) : path);
}
