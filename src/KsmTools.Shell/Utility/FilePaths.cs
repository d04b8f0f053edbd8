using System.Management.Automation;
using System.Text;

namespace KsmTools.Shell.Utility;

/// <summary>Files that commands write and read, named by PowerShell paths.</summary>
internal static class FilePaths
{
    /// <summary>The file that a path names, which need not exist.</summary>
    public static string ToWrite(PSCmdlet command, string path, bool literal)
    {
        if (!literal && WildcardPattern.ContainsWildcardCharacters(path))
        {
            IReadOnlyList<string> found = Existing(command, path, literal: false);
            if (found.Count == 1)
            {
                return found[0];
            }

            if (found.Count > 1)
            {
                Fail(
                    command, new PSInvalidOperationException("Cannot perform operation because the path resolved to more than one file. This command cannot operate on multiple files."),
                    "ReadWriteMultipleFilesNotSupported", ErrorCategory.InvalidArgument, path);
            }

            path = WildcardPattern.Unescape(path);
        }

        string file = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        CheckFileSystem(command, provider, path);
        return file;
    }

    /// <summary>The files that a path or pattern names.</summary>
    public static IReadOnlyList<string> Existing(PSCmdlet command, string path, bool literal)
    {
        ProviderInfo provider;
        if (literal)
        {
            string file = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
            CheckFileSystem(command, provider, path);
            return [file];
        }

        IReadOnlyList<string> files = command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);
        CheckFileSystem(command, provider, path);
        return files;
    }

    /// <summary>Opens a file for writing; what the file system refuses ends the command.</summary>
    public static StreamWriter Open(PSCmdlet command, string file, Encoding encoding, bool append, bool noClobber, bool force)
    {
        try
        {
            if (noClobber && !append && File.Exists(file))
            {
                Fail(command, new IOException($"The file '{file}' already exists."), "NoClobber", ErrorCategory.ResourceExists, file);
            }

            if (force && File.Exists(file) && (File.GetAttributes(file) & FileAttributes.ReadOnly) != 0)
            {
                File.SetAttributes(file, File.GetAttributes(file) & ~FileAttributes.ReadOnly);
            }

            var stream = new FileStream(file, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read);
            return new StreamWriter(stream, encoding);
        }
        catch (UnauthorizedAccessException exception)
        {
            Fail(command, exception, "FileOpenFailure", ErrorCategory.PermissionDenied, file);
            throw;
        }
        catch (IOException exception)
        {
            Fail(command, exception, "FileOpenFailure", ErrorCategory.OpenError, file);
            throw;
        }
    }

    private static void CheckFileSystem(PSCmdlet command, ProviderInfo provider, string path)
    {
        if (provider.Name != "FileSystem")
        {
            Fail(
                command, new PSInvalidOperationException($"Cannot open file because the current provider ({provider.Name}) cannot open a file."),
                "ReadWriteFileNotFileSystemProvider", ErrorCategory.InvalidArgument, path);
        }
    }

    private static void Fail(PSCmdlet command, Exception exception, string errorId, ErrorCategory category, object target) =>
        command.ThrowTerminatingError(new ErrorRecord(exception, errorId, category, target));
}
