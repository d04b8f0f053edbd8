<#
.SYNOPSIS
    Runs PSScriptAnalyzer over the scripts, the manifest and the suite itself.
.EXAMPLE
    pwsh -NoProfile -File tests/Pester/analyze.ps1
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) {
    'PSScriptAnalyzer: not run, because the module path does not have it (Install-PSResource PSScriptAnalyzer).'
    exit 0
}

$root = Split-Path (Split-Path $PSScriptRoot)
$settings = Join-Path $root 'PSScriptAnalyzerSettings.psd1'
$files = @(
    Get-ChildItem $root -File | Where-Object Extension -In '.ps1', '.psd1'
    Get-ChildItem (Join-Path $root 'Module'), (Join-Path $root 'tests/Campaign'), $PSScriptRoot -File -Recurse | Where-Object Extension -In '.ps1', '.psm1', '.psd1'
)
$findings = foreach ($file in $files) {
    # Pester's blocks share variables and parameters in a way that the analyzer does not see.
    $exclude = @(
        if ($file.Directory.FullName -eq $PSScriptRoot -or $file.Name -like '*.Tests.ps1') {
            'PSUseDeclaredVarsMoreThanAssignments'
            'PSReviewUnusedParameter'
        }
    )
    Invoke-ScriptAnalyzer -Path $file.FullName -Settings $settings -ExcludeRule $exclude
}

foreach ($finding in $findings) {
    $place = [IO.Path]::GetRelativePath($root, $finding.ScriptPath)
    "${place}($($finding.Line)): $($finding.Severity) $($finding.RuleName): $($finding.Message)"
}

"PSScriptAnalyzer: $($files.Count) files, $(@($findings).Count) findings."
exit [int] [bool] $findings
