# Runs every command of a file and prints what it gives, errors included, the same way in pwsh and in ksmsh. The recorded answers are pwsh's;
# the test that compares them with a pwsh on the PATH names the file that has the new ones.
param([Parameter(Mandatory)][string] $CommandFile)

$PSStyle.OutputRendering = 'PlainText'
$commands = [IO.File]::ReadAllLines($CommandFile) | Where-Object { $_ -and -not $_.StartsWith('#') }
$folder = [IO.Directory]::CreateTempSubdirectory('ksmtools-parity-').FullName
Set-Location -LiteralPath $folder
try {
    foreach ($command in $commands) {
        $global:Error.Clear()
        $answer = & {
            param($command)
            $ErrorActionPreference = 'Continue'
            try { & ([scriptblock]::Create($command)) *>&1 } catch { $_ }
        } $command | Out-String -Width 120
        Set-Location -LiteralPath $folder
        '>>> ' + $command
        $answer.Replace($folder, '<folder>').Replace($PSCommandPath, '<script>').TrimEnd()
        foreach ($record in $global:Error) {
            '!!! {0} | {1} | {2}' -f $record.FullyQualifiedErrorId, $record.CategoryInfo.Category, $record.Exception.GetType().Name
        }
    }
}
finally {
    Set-Location -LiteralPath /
    [IO.Directory]::Delete($folder, $true)
}
