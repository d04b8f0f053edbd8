using System.Collections.Frozen;
using System.Management.Automation;

namespace KsmTools.Shell.Utility;

/// <summary>Commands that pwsh has and this shell has not: using one says so, instead of "not recognized".</summary>
internal static class AbsentCommands
{
    private static readonly FrozenSet<string> Names = (
        "Add-Type ConvertFrom-Markdown ConvertFrom-SecureString ConvertFrom-StringData "
        + "ConvertTo-Html ConvertTo-SecureString ConvertTo-Xml Copy-ItemProperty Debug-Process Debug-Runspace Disable-PSBreakpoint "
        + "Disable-RunspaceDebug Enable-PSBreakpoint Enable-RunspaceDebug Export-Alias Export-FormatData Export-PSSession Format-Hex "
        + "Get-Clipboard Get-CmsMessage Get-Credential Get-Culture Get-Error Get-Event Get-EventSubscriber Get-ExecutionPolicy Get-FileHash "
        + "Get-FormatData Get-ItemPropertyValue Get-MarkdownOption Get-PfxCertificate Get-PSBreakpoint Get-PSCallStack "
        + "Get-Runspace Get-RunspaceDebug Get-SecureRandom Get-TimeZone Get-TraceSource Get-TypeData Get-UICulture Get-Uptime "
        + "Import-Alias Import-LocalizedData Import-PSSession Invoke-Item Invoke-RestMethod Invoke-WebRequest Join-String "
        + "Move-ItemProperty New-Alias New-Event New-Guid New-ItemProperty New-PSDrive New-TemporaryFile "
        + "Protect-CmsMessage Register-EngineEvent Register-ObjectEvent Remove-Alias Remove-Event Remove-ItemProperty "
        + "Remove-PSBreakpoint Remove-PSDrive Remove-TypeData Rename-ItemProperty Restart-Computer Select-String Select-Xml Send-MailMessage Set-Alias "
        + "Set-Clipboard Set-Date Set-ExecutionPolicy Set-ItemProperty Set-MarkdownOption Set-PSBreakpoint Set-TraceSource Show-Markdown "
        + "Start-Transcript Stop-Computer Stop-Transcript Test-Connection Test-Json Trace-Command Unblock-File Unprotect-CmsMessage "
        + "Unregister-Event Update-FormatData Update-List Update-TypeData Wait-Debugger Wait-Event Start-ThreadJob Get-PSDrive Get-PSProvider "
        + "Get-Alias Get-Verb Clear-Variable Clear-Item Clear-Content Clear-ItemProperty Get-ItemProperty Move-Item Rename-Item Set-Item "
        + "Convert-Path Format-Custom ConvertTo-CliXml ConvertFrom-CliXml")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What to run in place of a command that pwsh has, or null for names that pwsh does not know either.</summary>
    public static ScriptBlock? Explain(string name)
    {
        // A module-qualified name means the same command.
        string bare = name[(name.LastIndexOf('\\') + 1)..];
        if (!Names.TryGetValue(bare, out string? known))
        {
            return null;
        }

        return ScriptBlock.Create($$"""
            $record = [System.Management.Automation.ErrorRecord]::new(
                [System.Management.Automation.CommandNotFoundException]::new('{{known}} is not part of ksmsh, the embedded shell. PowerShell has it: run this in pwsh.'),
                'CommandNotInKsmsh', 'ObjectNotFound', '{{known}}')
            throw $record
            """);
    }
}
