<#
.SYNOPSIS
    Runs the Pester suite against the built module in this pwsh.
.PARAMETER Path
    Which files; all *.Tests.ps1 beside this script by default.
.PARAMETER ResultPath
    A file that gets one line: passed, failed and skipped.
.EXAMPLE
    pwsh -NoProfile -File tests/Pester/run.ps1
#>
[CmdletBinding()]
param(
    [string[]] $Path = $PSScriptRoot,
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
$pester = Get-Module -ListAvailable Pester | Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester -or $pester.Version -lt [version] '5.5') {
    'Pester: not run, because this pwsh has no Pester 5.5 or later (Install-PSResource Pester).'
    exit 0
}

Import-Module $pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$configuration.Output.RenderMode = if ([Console]::IsOutputRedirected) { 'Plaintext' } else { 'Auto' }
$result = Invoke-Pester -Configuration $configuration

foreach ($test in $result.Skipped) {
    $because = if ($test.ErrorRecord) { $test.ErrorRecord[0].Exception.Message } else { 'switched off' }
    "skipped: $($test.ExpandedPath): $because"
}

foreach ($test in $result.Failed) {
    "failed: $($test.ExpandedPath): $($test.ErrorRecord | Select-Object -First 1)"
}

# A container or a block that cannot run at all has failed, whatever its tests say.
$failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
if ($ResultPath) {
    [IO.File]::WriteAllText($ResultPath, "$($result.PassedCount) $failed $($result.SkippedCount)`n")
}

exit [int] ($failed -gt 0 -or $result.PassedCount -eq 0)
