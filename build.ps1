<#
.SYNOPSIS
    Builds, tests, checks, packages and publishes KsmTools.
.DESCRIPTION
    Runs in pwsh and in ksmsh alike, but for Publish, which needs the PSResourceGet that pwsh brings. Needs the .NET SDK; Analyze also runs
    PSScriptAnalyzer where the module path has it.
.PARAMETER Task
    Build     builds everything, help included (the default).
    Test      builds and runs all tests, Pester's included.
    Analyze   checks the code's format, and the scripts with PSScriptAnalyzer.
    Package   makes the module as it ships below OutputPath, and an archive of it.
    Publish   makes the package and publishes it to Repository.
.PARAMETER OutputPath
    Where Package and Publish put what they make; artifacts by default.
.PARAMETER Repository
    The name of the repository that Publish publishes to, as Register-PSResourceRepository has registered it.
.PARAMETER ApiKey
    The key that the repository asks for, as a SecureString.
.PARAMETER Credential
    The user name and password that the repository asks for.
.EXAMPLE
    ./build.ps1

    Builds the module, so that Import-Module ./KsmTools.psd1 works.
.EXAMPLE
    ./build.ps1 -Task Test, Package

    Runs the tests and makes the package.
.EXAMPLE
    ./build.ps1 -Task Publish -Repository Team

    Makes the package and publishes it to a repository that needs no key, such as a folder: Register-PSResourceRepository Team /srv/modules.
.EXAMPLE
    ./build.ps1 -Task Publish -Repository Team -ApiKey (Read-Host 'API key' -AsSecureString)

    Publishes to a gallery. In a pipeline: -ApiKey (ConvertTo-SecureString $env:API_KEY -AsPlainText).
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Analyze', 'Package', 'Publish')]
    [string[]] $Task = 'Build',

    [string] $OutputPath,

    [string] $Repository,

    # A type here would have PowerShell print the key when it is given as a string.
    [ValidateScript({ $_ -is [securestring] }, ErrorMessage = 'It takes a SecureString: -ApiKey (Read-Host "API key" -AsSecureString).')]
    [object] $ApiKey,

    [pscredential] $Credential
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$solution = Join-Path $root 'KsmTools.slnx'
if (-not $OutputPath) {
    $OutputPath = Join-Path $root 'artifacts'
}

$OutputPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
$manifest = Import-PowerShellDataFile -LiteralPath (Join-Path $root 'KsmTools.psd1')
$version = $manifest.ModuleVersion
$package = Join-Path $OutputPath 'KsmTools' $version
$archive = Join-Path $OutputPath "KsmTools.$version.zip"

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

# Fills a folder with what ships.
function Copy-Package {
    param([string] $Destination)

    $null = [IO.Directory]::CreateDirectory((Join-Path $Destination 'Module'))
    $documents = 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs'
    foreach ($name in $documents + 'bin', 'en-US', 'Module/Examples', 'Module/Checks') {
        Copy-Item -LiteralPath (Join-Path $root $name) (Join-Path $Destination $name) -Recurse
    }

    # Documentation for compilers, and what other tools leave there.
    Get-ChildItem -LiteralPath (Join-Path $Destination 'bin') -Recurse -File -Force |
        Where-Object Extension -NotIn '.dll', '.so', '.ps1xml' |
        ForEach-Object Delete

    # Find-PSResource -CommandName looks for these tags, and Publish-PSResource adds none.
    $commands = $manifest.CmdletsToExport | ForEach-Object { "'PSCommand_$_'" }
    $last = "'PSEdition_Core')"
    $text = [IO.File]::ReadAllText((Join-Path $root 'KsmTools.psd1'))
    if (-not $text.Contains($last)) {
        throw "The tags of KsmTools.psd1 do not end in $last, after which those of the commands go."
    }

    $tags = $last.TrimEnd(')') + ', ' + ($commands -join ', ') + ')'
    [IO.File]::WriteAllText((Join-Path $Destination 'KsmTools.psd1'), $text.Replace($last, $tags))
}

# Everybody may read it, and only its owner may write, whatever the umask and the modes of what it was copied from.
function Set-PackageMode {
    param([string] $Path)

    $folderMode, $fileMode = '755', '644' | ForEach-Object { [IO.UnixFileMode] [Convert]::ToInt32($_, 8) }
    Get-Item -LiteralPath $Path | ForEach-Object { $_.UnixFileMode = $folderMode }
    Get-ChildItem -LiteralPath $Path -Recurse -Force | ForEach-Object { $_.UnixFileMode = $_.PSIsContainer ? $folderMode : $fileMode }
}

function Invoke-Package {
    # It is made beside its place: a build or a copy that fails leaves the last one, and a folder that cannot be written is known at once.
    $modules = Split-Path $package
    $new = Join-Path $OutputPath "KsmTools.$version.new"
    if ((Get-Item -LiteralPath $modules -Force -ErrorAction Ignore).LinkTarget) {
        throw "$modules is a link, and what it leads to is left alone. Remove it, or choose another OutputPath."
    }

    if (-not (Test-Path -LiteralPath $modules)) {
        $null = New-Item -ItemType Directory $modules
        Set-PackageMode $modules
    }

    Remove-Item -LiteralPath $new -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory $new
    try {
        dotnet build (Join-Path $root 'src/KsmTools.Help') --nologo
        Assert-Success 'dotnet build'

        $content = Join-Path $new 'KsmTools'
        Copy-Package (Join-Path $content $version)
        Set-PackageMode $content
        $newArchive = Join-Path $new 'archive.zip'
        [IO.Compression.ZipFile]::CreateFromDirectory($content, $newArchive, [IO.Compression.CompressionLevel]::Optimal, $true)

        # Of a link it removes the link.
        Remove-Item -LiteralPath $package -Recurse -Force -ErrorAction Ignore
        [IO.Directory]::Move((Join-Path $content $version), $package)
        [IO.File]::Move($newArchive, $archive, $true)
    } finally {
        Remove-Item -LiteralPath $new -Recurse -Force
    }

    $package
    $archive
}

# Before anything is built or published.
function Assert-Publishable {
    if (-not $Repository) {
        throw 'Publish needs -Repository, the name of a registered one. Get-PSResourceRepository lists them.'
    }

    if (-not (Get-Command Publish-PSResource -ErrorAction Ignore)) {
        $instead = "dotnet pwsh -NoProfile -File build.ps1 -Task Publish -Repository $Repository"
        throw "Publish needs Microsoft.PowerShell.PSResourceGet, and this PowerShell has none. The pwsh that 'dotnet tool restore' brings has it: $instead"
    }

    $registered = @(Get-PSResourceRepository | ForEach-Object Name)
    if ($Repository -notin $registered) {
        throw "There is no repository $Repository. Registered are: $($registered -join ', '). Register-PSResourceRepository adds one."
    }

    # A folder would take it a second time without a word.
    $access = Get-Access
    if (Find-PSResource KsmTools -Version $version -Repository $Repository @access -ErrorAction Ignore) {
        throw "$Repository has KsmTools $version already. A new version starts with ModuleVersion in KsmTools.psd1."
    }
}

function Get-Access {
    $Credential ? @{ Credential = $Credential } : @{}
}

function Invoke-Publish {
    Invoke-Package
    $access = Get-Access
    if ($ApiKey) {
        $access.ApiKey = ConvertFrom-SecureString $ApiKey -AsPlainText
    }

    Publish-PSResource -Path $package -Repository $Repository @access
    "KsmTools $version is in $Repository."
}

if ('Publish' -in $Task) {
    Assert-Publishable
} elseif ($Repository -or $ApiKey -or $Credential) {
    throw '-Repository, -ApiKey and -Credential are for -Task Publish.'
}

foreach ($name in $Task) {
    switch ($name) {
        'Build' { Invoke-Build }
        'Test' { Invoke-Test }
        'Analyze' { Invoke-Analyze }
        'Package' { Invoke-Package }
        'Publish' { Invoke-Publish }
    }
}
