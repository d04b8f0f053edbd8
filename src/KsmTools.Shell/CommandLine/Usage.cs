using System.Management.Automation;
using System.Reflection;

namespace KsmTools.Shell.CommandLine;

/// <summary>What the shell says about itself.</summary>
internal static class Usage
{
    public const string Short = """

        Usage: ksmsh [-Login] [[-File] <filePath> [args]]
                     [-Command { - | <string> [<CommandParameters>] } ]
                     [-CommandWithArgs <string> [<CommandParameters>]]
                     [-EncodedCommand <Base64EncodedCommand>]
                     [-Interactive] [-NoExit] [-NoLogo] [-NonInteractive] [-NoProfile]
                     [-OutputFormat Text] [-InputFormat Text] [-ExecutionPolicy <policy>]
                     [-Version] [-WorkingDirectory <directoryPath>]

               ksmsh -h | -Help | -?

        """;

    public const string Long = Short + """

        ksmsh is an embedded PowerShell with KsmTools at hand, for machines that have no pwsh. All options are case-insensitive
        and may be shortened as in pwsh.

        -File | -f            Runs a script file with the arguments that follow; its exit code is the shell's. This is the default
                              when the first word is no option. "-" reads commands from standard input.
        -Command | -c         Runs the rest of the command line. "-" reads commands from standard input. The exit code is 1 when the
                              last statement failed, 0 otherwise, or what exit says.
        -CommandWithArgs      Runs the next word and passes what follows as $args.
        -EncodedCommand | -e  Runs a base64 UTF-16LE command.
        -NoExit               Goes on with the prompt after the command or script.
        -NonInteractive       Prompts are errors instead.
        -NoLogo               Starts the prompt without the greeting.
        -NoProfile, -Login, -ExecutionPolicy
                              Accepted, and without effect: ksmsh has no profiles and no execution policy.
        -WorkingDirectory     Starts in another directory.
        -Version              Shows the versions of ksmsh and of PowerShell.

        Examples
            ksmsh -Command 'Get-KsmStatus | Format-List'
            ksmsh -File Module/Examples/Tour.ps1
            echo 'Get-KsmStatus' | ksmsh -Command -

        """;

    public static string Version => $"ksmsh {ShellVersion.ToString(3)} (PowerShell {EngineVersion})";

    public static Version ShellVersion { get; } = typeof(Usage).Assembly.GetName().Version!;

    private static string EngineVersion =>
        typeof(PSObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(' ', '+')[0];
}
