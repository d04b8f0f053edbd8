using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>
/// What commands over provider items share. The providers themselves (files, variables, the environment ...) are part of
/// System.Management.Automation.
/// </summary>
public abstract class ItemCommandBase : PSCmdlet
{
    private protected const string PathSet = "Path";
    private protected const string LiteralSet = "LiteralPath";

    /// <summary>Runs something that a provider may refuse; the refusal is an error, and the command goes on.</summary>
    private protected void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (Exception exception) when (exception is RuntimeException { ErrorRecord: not null })
        {
            WriteError(new ErrorRecord(((RuntimeException)exception).ErrorRecord, exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            WriteError(new ErrorRecord(
                exception, exception.GetType().Name,
                exception is UnauthorizedAccessException ? ErrorCategory.PermissionDenied : ErrorCategory.InvalidOperation, path));
        }
    }

    /// <summary>The existing items that a path means, as provider-qualified paths.</summary>
    private protected IEnumerable<string> ResolveItems(string path, bool literal)
    {
        string[] found = [];
        Guard(path, () => found = literal ? [Literal(path)] : [.. SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(item => item.Path)]);
        return found;
    }

    /// <summary>What a path names as the provider shows it.</summary>
    private protected string Shown(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out _, out _);

    private string Literal(string path)
    {
        if (!InvokeProvider.Item.Exists(path, force: true, literalPath: true))
        {
            throw new ItemNotFoundException($"Cannot find path '{Shown(path)}' because it does not exist.");
        }

        return path;
    }
}

/// <summary>The same with the two ways to name items.</summary>
public abstract class PathCommandBase : ItemCommandBase
{
    [Parameter(Position = 0, ParameterSetName = PathSet, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = LiteralSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected bool IsLiteral => LiteralPath is not null;

    private protected string[] Paths => LiteralPath ?? Path;
}
