<#
.SYNOPSIS
    Builds, tests, checks and packages KsmTools.
.DESCRIPTION
    Runs in pwsh and in ksmsh alike. Needs the .NET SDK; Analyze also runs PSScriptAnalyzer where the module path has it.
.PARAMETER Task
    Build     builds everything, help included (the default).
    Test      builds and runs all tests, Pester's included.
    Analyze   checks the code's format, and the scripts with PSScriptAnalyzer.
    Package   makes the module as it ships below OutputPath, and an archive of it.
.PARAMETER OutputPath
    Where Package puts its results; artifacts by default.
.EXAMPLE
    ./build.ps1

    Builds the module, so that Import-Module ./KsmTools.psd1 works.
.EXAMPLE
    ./build.ps1 -Task Test, Package

    Runs the tests and makes the package.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Analyze', 'Package')]
    [string[]] $Task = 'Build',

    [string] $OutputPath
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$solution = Join-Path $root 'KsmTools.slnx'
if (-not $OutputPath) {
    $OutputPath = Join-Path $root 'artifacts'
}

$OutputPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)

function Assert-Success {
    param([string] $Step)

    if ($LASTEXITCODE -ne 0) {
        throw "$Step failed with exit code $LASTEXITCODE."
    }
}

function Invoke-Build {
    dotnet build $solution --nologo
    Assert-Success 'dotnet build'
}

function Invoke-Test {
    dotnet test --solution $solution
    Assert-Success 'dotnet test'
}

function Invoke-Analyze {
    dotnet format $solution --verify-no-changes
    Assert-Success 'dotnet format'
    & (Join-Path $root 'tests/Pester/analyze.ps1')
    Assert-Success 'PSScriptAnalyzer'
}

function Invoke-Package {
    dotnet build (Join-Path $root 'src/KsmTools.Help') --nologo
    Assert-Success 'dotnet build'

    $version = (Import-PowerShellDataFile (Join-Path $root 'KsmTools.psd1')).ModuleVersion
    $package = Join-Path $OutputPath "KsmTools/$version"
    if (Test-Path $package) {
        Remove-Item $package -Recurse
    }

    $null = New-Item -ItemType Directory $package
    foreach ($name in 'KsmTools.psd1', 'LICENSE', 'README.md', 'CHANGELOG.md', 'bin', 'en-US', 'Module') {
        Copy-Item (Join-Path $root $name) $package -Recurse
    }

    # What en-US and the files of views and types in bin were made from, and notes for other compilers.
    Get-ChildItem (Join-Path $package 'Module') -Exclude 'Examples', 'Checks' | Remove-Item -Recurse
    Get-ChildItem (Join-Path $package 'bin') -Recurse -File | Where-Object Extension -NotIn '.dll', '.so', '.ps1xml' | Remove-Item

    $archive = Join-Path $OutputPath "KsmTools.$version.zip"
    Remove-Item $archive -ErrorAction Ignore
    [IO.Compression.ZipFile]::CreateFromDirectory(
        (Join-Path $OutputPath 'KsmTools'), $archive, [IO.Compression.CompressionLevel]::Optimal, $true)
    $package
    $archive
}

foreach ($name in $Task) {
    switch ($name) {
        'Build' { Invoke-Build }
        'Test' { Invoke-Test }
        'Analyze' { Invoke-Analyze }
        'Package' { Invoke-Package }
    }
}
