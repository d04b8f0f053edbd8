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

    Publishes to a gallery. PSResourceGet takes the key as plain text: where PowerShell logs the parameters of commands, it logs it.
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

# What ships as it is in the checkout: what is under version control there, and not what an editor or somebody's work left beside it.
function Get-Source {
    $kept = 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs', 'Module/Examples', 'Module/Checks'
    if ((Test-Path -LiteralPath (Join-Path $root '.git')) -and (Get-Command git -CommandType Application -ErrorAction Ignore)) {
        git -C $root -c core.quotePath=false ls-files -- $kept
        Assert-Success 'git ls-files'
    } else {
        $kept | ForEach-Object { Get-ChildItem -LiteralPath (Join-Path $root $_) -Recurse -File } | ForEach-Object { [IO.Path]::GetRelativePath($root, $_.FullName) }
    }
}

# Fills a folder with what ships.
function Copy-Package {
    param([string] $Destination)

    $built = @(
        Get-ChildItem -LiteralPath (Join-Path $root 'bin') -Recurse -File | Where-Object Extension -In '.dll', '.so', '.ps1xml'
        Get-ChildItem -LiteralPath (Join-Path $root 'en-US') -File | Where-Object Extension -In '.xml', '.txt'
    ) | ForEach-Object { [IO.Path]::GetRelativePath($root, $_.FullName) }
    foreach ($name in @(Get-Source) + $built) {
        $copy = Join-Path $Destination $name
        $null = [IO.Directory]::CreateDirectory((Split-Path $copy))
        [IO.File]::Copy((Join-Path $root $name), $copy)
    }

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
    @(Get-Item -LiteralPath $Path) + @(Get-ChildItem -LiteralPath $Path -Recurse -Force) |
        ForEach-Object { $_.UnixFileMode = $_.PSIsContainer ? $folderMode : $fileMode }
}

function Assert-PackagePlace {
    foreach ($name in 'bin', 'en-US', 'docs', 'Module') {
        if ("$OutputPath/".StartsWith((Join-Path $root $name) + '/')) {
            throw "$OutputPath is a part of what is packaged. Choose another OutputPath."
        }
    }

    $there = Get-Item -LiteralPath (Split-Path $package) -Force -ErrorAction Ignore
    if ($there) {
        if ($there.LinkTarget) {
            throw "$there is a link, and what it leads to is left alone. Remove it, or choose another OutputPath."
        }

        if ($there.UnixStat.UserId -ne (id -u) -or $there.UnixMode -match '^.{5}w|^.{8}w') {
            throw "$there belongs to somebody else, or others can write there: they could put something else in the package's place. Choose another OutputPath."
        }
    }
}

function Invoke-Package {
    Assert-PackagePlace
    $modules = Split-Path $package
    if (-not (Test-Path -LiteralPath $modules)) {
        $null = New-Item -ItemType Directory $modules
        Set-PackageMode $modules
    }

    # It is made beside its place, where nobody else can reach: a build or a copy that fails leaves the last one.
    $new = Join-Path $OutputPath ".KsmTools.$([IO.Path]::GetRandomFileName())"
    $null = [IO.Directory]::CreateDirectory($new, [IO.UnixFileMode] [Convert]::ToInt32('700', 8))
    try {
        dotnet build (Join-Path $root 'src/KsmTools.Help') --nologo
        Assert-Success 'dotnet build'

        $content = Join-Path $new 'KsmTools'
        Copy-Package (Join-Path $content $version)
        Set-PackageMode $content
        $newArchive = Join-Path $new 'archive.zip'
        [IO.Compression.ZipFile]::CreateFromDirectory($content, $newArchive, [IO.Compression.CompressionLevel]::Optimal, $true)
        Set-PackageMode $newArchive

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
        $instead = "dotnet pwsh -NoProfile -File build.ps1 -Task Publish -Repository '$($Repository.Replace("'", "'\''"))'"
        throw "Publish needs Microsoft.PowerShell.PSResourceGet, and this PowerShell has none. The pwsh that 'dotnet tool restore' brings has it: $instead"
    }

    $registered = @(Get-PSResourceRepository | ForEach-Object Name)
    if ($Repository -notin $registered) {
        throw "There is no repository $Repository. Registered are: $($registered.Count ? $registered -join ', ' : 'none'). Register-PSResourceRepository adds one."
    }

    # A folder would take it a second time without a word. Of a repository that cannot be asked nobody knows.
    $access = Get-Access
    try {
        $there = Find-PSResource KsmTools -Version $version -Repository $Repository @access -ErrorAction SilentlyContinue -ErrorVariable failures
    } catch {
        $failures = @($_)
    }

    if ($failure = $failures | Where-Object FullyQualifiedErrorId -NotLike 'PackageNotFound,*' | Select-Object -First 1) {
        throw "$Repository cannot be asked whether it has KsmTools ${version}: $failure"
    }

    if ($there) {
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

    # Where a user has no such folder yet, NuGet writes its configuration into the current one.
    $null = [Environment]::GetFolderPath('ApplicationData', 'Create')

    # PSResourceGet takes brackets in a path for wildcards, and gives what it writes the modes of the umask.
    $plain = [IO.Directory]::CreateTempSubdirectory('ksmtools-').FullName
    try {
        $copy = Join-Path $plain 'KsmTools'
        Copy-Item -LiteralPath $package $copy -Recurse
        Publish-PSResource -Path $copy -Repository $Repository @access
    } finally {
        Remove-Item -LiteralPath $plain -Recurse -Force
    }

    $uri = (Get-PSResourceRepository $Repository).Uri
    if ($uri.IsFile) {
        Set-PackageMode (Join-Path $uri.LocalPath "KsmTools.$version.nupkg")
    }

    "KsmTools $version is in $Repository."
}

if ('Publish' -in $Task) {
    Assert-Publishable
} elseif ($Repository -or $ApiKey -or $Credential) {
    throw '-Repository, -ApiKey and -Credential are for -Task Publish.'
}

# What is published has passed whatever else was asked for, and is packaged once.
foreach ($name in $Task | Where-Object { $_ -ne 'Publish' -and -not ($_ -eq 'Package' -and 'Publish' -in $Task) }) {
    switch ($name) {
        'Build' { Invoke-Build }
        'Test' { Invoke-Test }
        'Analyze' { Invoke-Analyze }
        'Package' { Invoke-Package }
    }
}

if ('Publish' -in $Task) {
    Invoke-Publish
}
