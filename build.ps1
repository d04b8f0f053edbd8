<#
.SYNOPSIS
    Builds, tests, checks and packages KsmTools.
.DESCRIPTION
    Runs in pwsh and in ksmsh alike. Needs the .NET SDK; Test also runs the Pester suite, and Analyze PSScriptAnalyzer,
    when pwsh is on the PATH and has these modules.
.PARAMETER Task
    Build     builds everything, help included (the default).
    Test      builds and runs all tests.
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

# Only what PowerShell's core and .NET give: ksmsh has no Copy-Item.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$manifestPath = [IO.Path]::Combine($root, 'KsmTools.psd1')
if (-not $OutputPath) {
    $OutputPath = [IO.Path]::Combine($root, 'artifacts')
}

$OutputPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)

function Assert-Success {
    param([string] $Step)

    if ($LASTEXITCODE -ne 0) {
        throw "$Step failed with exit code $LASTEXITCODE."
    }
}

function Copy-Tree {
    param([string] $From, [string] $To, [string] $Filter = '*')

    foreach ($file in [IO.Directory]::EnumerateFiles($From, $Filter, [IO.SearchOption]::AllDirectories)) {
        $target = [IO.Path]::Combine($To, [IO.Path]::GetRelativePath($From, $file))
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
        [IO.File]::Copy($file, $target, $true)
    }
}

function Invoke-Build {
    dotnet build ([IO.Path]::Combine($root, 'KsmTools.slnx')) --nologo
    Assert-Success 'dotnet build'
}

function Invoke-Test {
    dotnet test --solution ([IO.Path]::Combine($root, 'KsmTools.slnx'))
    Assert-Success 'dotnet test'
    if (Get-Command pwsh -CommandType Application -ErrorAction Ignore) {
        pwsh -NoProfile -File ([IO.Path]::Combine($root, 'tests', 'Pester', 'run.ps1'))
        Assert-Success 'Pester'
    } else {
        'Pester: not run, because there is no pwsh on the PATH.'
    }
}

function Invoke-Analyze {
    dotnet format ([IO.Path]::Combine($root, 'KsmTools.slnx')) --verify-no-changes
    Assert-Success 'dotnet format'
    if (Get-Command pwsh -CommandType Application -ErrorAction Ignore) {
        pwsh -NoProfile -File ([IO.Path]::Combine($root, 'tests', 'Pester', 'analyze.ps1'))
        Assert-Success 'PSScriptAnalyzer'
    } else {
        'PSScriptAnalyzer: not run, because there is no pwsh on the PATH.'
    }
}

function Invoke-Package {
    dotnet build ([IO.Path]::Combine($root, 'src', 'KsmTools.Help')) --nologo
    Assert-Success 'dotnet build'

    $version = (Test-ModuleManifest -Path $manifestPath).Version.ToString()
    $package = [IO.Path]::Combine($OutputPath, 'KsmTools', $version)
    if ([IO.Directory]::Exists($package)) {
        [IO.Directory]::Delete($package, $true)
    }

    $null = [IO.Directory]::CreateDirectory($package)
    foreach ($name in 'KsmTools.psd1', 'LICENSE', 'README.md', 'CHANGELOG.md') {
        $file = [IO.Path]::Combine($root, $name)
        if ([IO.File]::Exists($file)) {
            [IO.File]::Copy($file, [IO.Path]::Combine($package, $name))
        }
    }

    foreach ($filter in '*.dll', '*.so', '*.ps1xml') {
        Copy-Tree ([IO.Path]::Combine($root, 'bin')) ([IO.Path]::Combine($package, 'bin')) $filter
    }

    Copy-Tree ([IO.Path]::Combine($root, 'en-US')) ([IO.Path]::Combine($package, 'en-US'))
    # The rest of Module is what en-US and the files of views and types in bin were made from.
    foreach ($name in 'Examples', 'Checks') {
        $folder = [IO.Path]::Combine($root, 'Module', $name)
        if ([IO.Directory]::Exists($folder)) {
            Copy-Tree $folder ([IO.Path]::Combine($package, 'Module', $name))
        }
    }

    $archive = [IO.Path]::Combine($OutputPath, "KsmTools.$version.zip")
    [IO.File]::Delete($archive)
    [IO.Compression.ZipFile]::CreateFromDirectory(
        [IO.Path]::Combine($OutputPath, 'KsmTools'), $archive, [IO.Compression.CompressionLevel]::Optimal, $true)
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
