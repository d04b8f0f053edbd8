using System.Management.Automation;
using KsmTools.Errors;
using Microsoft.PowerShell.Commands;

namespace KsmTools.Tracing;

/// <summary>Turns -Path and -LiteralPath into files, as other cmdlets do: what is not there is an error of its own, and the rest goes on.</summary>
internal static class TracePaths
{
    /// <summary>The files that paths name.</summary>
    /// <param name="command">Who asks; errors go to it.</param>
    /// <param name="paths">The paths.</param>
    /// <param name="literal">Whether wildcards are characters like any other.</param>
    public static IEnumerable<string> Resolve(KsmToolsCommand command, string[] paths, bool literal)
    {
        foreach (string path in paths)
        {
            foreach (string file in Resolve(command, path, literal))
            {
                yield return file;
            }
        }
    }

    private static IReadOnlyList<string> Resolve(KsmToolsCommand command, string path, bool literal)
    {
        ProviderInfo provider;
        IReadOnlyList<string> files;
        try
        {
            files = literal
                ? [command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : [.. command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider)];
        }
        catch (Exception exception) when (exception is IContainsErrorRecord and (ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException))
        {
            WriteNotFound(command, exception, ((IContainsErrorRecord)exception).ErrorRecord.FullyQualifiedErrorId, path);
            return [];
        }

        if (provider.ImplementingType != typeof(FileSystemProvider))
        {
            command.WriteError(KsmToolsCommand.NotInFileSystem(path));
            return [];
        }

        if (files.Count == 0 || (literal && !System.IO.Path.Exists(files[0])))
        {
            string message = MessageText.Format(literal ? ModuleMessages.PathNotFound : ModuleMessages.WildcardMatchesNothing, path);
            WriteNotFound(command, new ItemNotFoundException(message), "PathNotFound", path);
            return [];
        }

        return files;
    }

    private static void WriteNotFound(KsmToolsCommand command, Exception exception, string id, string path) =>
        command.WriteError(new ErrorRecord(exception, id.Split(',')[0], ErrorCategory.ObjectNotFound, path)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = ModuleMessages.FileNotFoundAction },
        });
}
