namespace KsmTools.Shell;

/// <summary>What ksmsh says of itself.</summary>
internal static class ShellText
{
    /// <summary>What stands above the first prompt.</summary>
    public const string Banner =
        """
        ksmsh: PowerShell with the commands of KsmTools. Get-Command -Module KsmTools lists them.
        Line editing, history and completion, in the checkout:
        dotnet tool restore; dotnet pwsh -NoExit -Command 'Import-Module ./KsmTools.psd1'

        """;

    /// <summary>The answer to <c>-?</c>.</summary>
    public const string Help =
        """
        Usage: ksmsh [-File <script> [<argument>...]] | [-Command { - | <command> [<argument>...] }] | [-EncodedCommand <Base64>]
                     [-NoExit] [-NoLogo] [-NonInteractive] [-NoProfile] [-OutputFormat { Text | XML }] [-InputFormat { Text | XML }]
                     [-WorkingDirectory <folder>] [-ConfigurationFile <path>] [-SSHServerMode] [-Version] [-?]

        PowerShell with the commands of KsmTools, which need no Import-Module; it brings the tables for what only jobs and -Parallel give.
        Options, streams and exit codes are those of pwsh:
        https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_pwsh

          ksmsh -Command 'Get-KsmStatus | Format-List'
          ksmsh -File Module/Examples/Tour.ps1
        """;
}
