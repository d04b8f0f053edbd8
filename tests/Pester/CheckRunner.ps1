<#
.SYNOPSIS
    Runs checks of Module/Checks for Checks.Tests.ps1, in a pwsh of their own: Pester inside a Pester test shares its state.
.DESCRIPTION
    Reads the runs from a Clixml file: Name, Check (a file or a folder below Module/Checks), Data, Root (KSMTOOLS_ROOT, or null for the
    running kernel). Writes what came of each as JSON.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
$checks = Join-Path $PSScriptRoot '../../Module/Checks'
$results = foreach ($run in Import-Clixml $Path) {
    $env:KSMTOOLS_ROOT = $run.Root
    $configuration = New-PesterConfiguration
    $configuration.Run.Container = New-PesterContainer -Path (Join-Path $checks $run.Check) -Data $run.Data
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'None'
    $result = Invoke-Pester -Configuration $configuration
    [ordered]@{
        Name    = $run.Name
        Passed  = $result.PassedCount
        Failed  = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
        Skipped = $result.SkippedCount
        Message = @($result.Tests.ErrorRecord; $result.Containers.ErrorRecord).Where({ $_ }).ForEach({ "$_" })
        Title   = @($result.Tests.ExpandedName)
    }
}

ConvertTo-Json @($results) -Depth 4 | Set-Content $ResultPath
