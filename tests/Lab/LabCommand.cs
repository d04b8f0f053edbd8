using KsmTools.Lab.Host;

namespace KsmTools.Lab;

/// <summary>What a guest is asked to run: words, of which the first is a program.</summary>
/// <param name="Words">The program and its arguments, as the guest gets them.</param>
public sealed record LabCommand(IReadOnlyList<string> Words)
{
    /// <summary>A PowerShell script, run by the checkout's ksmsh.</summary>
    public static LabCommand PowerShell(string script) => Ksmsh("-NoProfile", "-NonInteractive", "-Command", script);

    /// <summary>The checkout's ksmsh with other arguments, such as <c>-File</c>.</summary>
    public static LabCommand Ksmsh(params IEnumerable<string> arguments) => new(["dotnet", GuestShell.Assembly, .. arguments]);

    /// <summary>A script for <c>sh</c>.</summary>
    public static LabCommand Shell(string script) => new(["sh", "-c", script]);

    /// <summary>
    /// A command line's words: <c>sh</c>, <c>bash</c> or a path with a slash is started as it is, <c>ksmsh</c> is the checkout's,
    /// and anything else is PowerShell.
    /// </summary>
    public static LabCommand Parse(IReadOnlyList<string> words) => words[0] switch
    {
        "ksmsh" => Ksmsh(words.Skip(1)),
        "sh" or "bash" => new LabCommand(words),
        var path when path.StartsWith('/') || path.StartsWith("./", StringComparison.Ordinal) => new LabCommand(words),
        _ => PowerShell(string.Join(' ', words)),
    };

    /// <summary>The script that runs it in the guest and leaves its exit code.</summary>
    /// <param name="folder">The command's folder of the share, as the guest sees it.</param>
    /// <param name="workingDirectory">Where it starts.</param>
    /// <param name="environment">Variables beside those that the guest has.</param>
    internal string ToScript(string folder, string workingDirectory, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string exports = string.Concat(environment.Select(variable => $"export {variable.Key}={Quote(variable.Value)}\n"));
        return $"""
            export LAB_OUT={Quote(folder + "/out")}
            {exports}cd {Quote(workingDirectory)}
            {string.Join(' ', Words.Select(Quote))}
            echo $? > {Quote(folder + "/exit")}

            """;
    }

    private static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
