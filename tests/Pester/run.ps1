<#
.SYNOPSIS
    Runs the Pester suite against the built module in this pwsh.
.DESCRIPTION
    Ends with 0 when there are tests and none has failed; skipped ones say why. A file that has no test or cannot run has failed, and so has a
    block that cannot, and a file that leaves processes or records of the module behind.
.PARAMETER Path
    Which files, or folders of them; all *.Tests.ps1 beside this script by default.
.PARAMETER ResultPath
    A file that gets what came of every test: a JSON array of objects with File, Name, Result (Passed, Failed or Skipped), Message (the errors,
    or why it was skipped) and Seconds. It is there when all tests have run, and not before.
.PARAMETER PesterPath
    Pester's manifest or the folder that it is in. By default the one that the build lays beside the unit tests, or else one on the module path.
.EXAMPLE
    pwsh -NoProfile -File tests/Pester/run.ps1
#>
[CmdletBinding()]
param(
    [string[]] $Path = $PSScriptRoot,
    [string] $ResultPath,
    [string] $PesterPath
)

$ErrorActionPreference = 'Stop'
. $PSScriptRoot/Leftovers.ps1
. $PSScriptRoot/Results.ps1

if ($ResultPath) {
    $ResultPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($ResultPath)
    [IO.File]::Delete($ResultPath)
}

function Stop-Run {
    param([string] $Message)

    [Console]::Error.WriteLine("Pester: not run. $Message")
    exit 2
}

function Find-Pester {
    $built = Join-Path $PSScriptRoot '../KsmTools.Tests/bin/Release/net10.0/Modules/Pester'
    $place = if ($PesterPath) { $PesterPath } elseif (Test-Path $built) { $built } else { 'Pester' }
    if (Test-Path (Join-Path $place 'Pester.psd1')) {
        $place = Join-Path $place 'Pester.psd1'
    }

    $found = Get-Module -ListAvailable $place -ErrorAction Ignore | Sort-Object Version -Descending | Select-Object -First 1
    if (-not $found) {
        Stop-Run "There is no module $place. 'dotnet build KsmTools.slnx' lays it there; Install-PSResource Pester installs it."
    } elseif ($found.Version -lt [version] '6.0') {
        Stop-Run "$($found.Path) is version $($found.Version), and 6 is needed: 'dotnet build KsmTools.slnx', or Install-PSResource Pester."
    }

    $found
}

# The shells that tests start look for it by its name: in a folder Pester, or Pester/VERSION.
function Add-ToModulePath {
    param([Management.Automation.PSModuleInfo] $Module)

    $folder = $Module.ModuleBase
    if ((Split-Path -Leaf $folder) -eq $Module.Version) {
        $folder = Split-Path $folder
    }

    if ((Split-Path -Leaf $folder) -cne 'Pester') {
        Stop-Run "Its folder has to be named Pester, and $folder is not."
    }

    $env:PSModulePath = (Split-Path $folder) + [IO.Path]::PathSeparator + $env:PSModulePath
}

$pester = Find-Pester
Add-ToModulePath $pester
Import-Module $pester
$files = @($Path | ForEach-Object { Get-ChildItem $_ -Filter '*.Tests.ps1' -Recurse -File })
if (-not $files) {
    Stop-Run "There are no *.Tests.ps1 in $Path."
}

$before = @(Get-Leftover | ForEach-Object Text)
$results = @(
    foreach ($file in $files) {
        $configuration = New-PesterConfiguration
        $configuration.Run.Path = $file.FullName
        $configuration.Run.PassThru = $true
        $configuration.Output.Verbosity = 'Detailed'
        $configuration.Output.RenderMode = if ([Console]::IsOutputRedirected) { 'Plaintext' } else { 'Auto' }
        ConvertTo-Result $file.Name (Invoke-Pester -Configuration $configuration)
        $left = @(Get-Leftover | Where-Object Text -NotIn $before)
        if ($left) {
            New-Result $file.Name 'what it leaves behind' Failed ($left.Text -join "`n")
            Clear-Leftover $left.Id
        }
    }
)

foreach ($result in $results | Where-Object Result -NE Passed) {
    "$($result.Result.ToLowerInvariant()): $($result.Name): $($result.Message)"
}

if ($ResultPath) {
    ConvertTo-Json $results | Set-Content "$ResultPath.new"
    [IO.File]::Move("$ResultPath.new", $ResultPath, $true)
}

$passed, $failed, $skipped = 'Passed', 'Failed', 'Skipped' | ForEach-Object { @($results | Where-Object Result -EQ $_).Count }
"Pester $($pester.Version): $passed passed, $failed failed, $skipped skipped."
exit [int] ($failed -gt 0)
