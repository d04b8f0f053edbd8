namespace KsmTools.Lab;

/// <summary>What a command in a guest left.</summary>
/// <param name="ExitCode">Its exit code; null when it was ended because its time was up.</param>
/// <param name="Output">What it printed to standard output.</param>
/// <param name="Errors">What it printed to standard error.</param>
/// <param name="FilesFolder">What it wrote to <c>$LAB_OUT</c>; there as long as the machine is not disposed.</param>
/// <param name="Duration">How long it took, seen from outside.</param>
public sealed record LabResult(int? ExitCode, string Output, string Errors, string FilesFolder, TimeSpan Duration)
{
    /// <summary>Copies what the command wrote to <c>$LAB_OUT</c> into a folder, which is made where it is not there.</summary>
    public void CopyFilesTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(FilesFolder, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(FilesFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
