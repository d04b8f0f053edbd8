BeforeDiscovery {
    $users = @(
        @{ User = 'whoever runs this' }
        @{ User = 'an ordinary user' }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    $script = Join-Path $root 'build.ps1'
    $version = (Import-PowerShellDataFile $manifest).ModuleVersion
    $output = Join-Path $TestDrive 'out'
    $owned = (New-Item -ItemType Directory (Join-Path $TestDrive 'home')).FullName
    $data = (New-Item -ItemType Directory (Join-Path $owned '.local/share')).FullName
    $shelf = (New-Item -ItemType Directory (Join-Path $TestDrive 'shelf')).FullName

    # Where a user's repositories are kept. A build needs the real HOME, and what is installed goes below one. No node of MSBuild waits for
    # another build.
    $elsewhere = @('-u', 'PSModulePath', "XDG_DATA_HOME=$data", 'MSBUILDDISABLENODEREUSE=1', 'NO_COLOR=1')

    function Invoke-PwshElsewhere {
        & env @elsewhere @powershell -NoProfile -NonInteractive @args 2>&1
    }

    # Runs the script as a user does, and has what it says on one line: an error is broken to fit a terminal.
    function Invoke-Task {
        $log = Invoke-PwshElsewhere -File $script @args
        Join-Said $log
    }

    function Join-Said {
        param($Log)

        $Log -join "`n" -replace '\n +\| ', ' ' -replace '\s+', ' '
    }

    # What PSResourceGet has of whoever runs this: repositories and modules.
    function Get-Store {
        $data = [Environment]::GetFolderPath('LocalApplicationData')
        foreach ($folder in 'PSResourceGet', 'powershell/Modules' | ForEach-Object { Join-Path $data $_ } | Where-Object { Test-Path -LiteralPath $_ }) {
            Get-ChildItem -LiteralPath $folder -Recurse -Force | ForEach-Object { "$_ $($_.LastWriteTimeUtc.Ticks)" }
        }
    }

    # The libraries that only reports need prove that private dependencies load. It says what it finds in lines of NAME=VALUE.
    $use = @'
        $ErrorActionPreference = 'Stop'
        Install-PSResource KsmTools -Repository Shelf -TrustRepository
        $place = (Get-InstalledPSResource KsmTools).InstalledLocation
        $module = Import-Module KsmTools -PassThru
        $base = $module.ModuleBase
        "base=$base"
        "installed=$($base.StartsWith($place))"
        "commands=$((Get-Command -Module KsmTools).Count)"
        $trace = Join-Path $base Module/Examples/rmap-walks.trace.txt.gz
        "walks=$((Measure-RmapWalk -Path $trace | Measure-Object Count -Sum).Sum)"
        $picture = Join-Path ([IO.Path]::GetTempPath()) "ksmtools-$PID.png"
        Export-RmapReport $picture $trace
        "picture=$([Convert]::ToHexString([IO.File]::ReadAllBytes($picture)[0..3]))"
        Remove-Item $picture
        "help=$((Get-Help Measure-RmapWalk).Synopsis)"
        "about=$((Get-Help about_KsmTools) -match 'LONG DESCRIPTION')"
        "notes=$($module.ReleaseNotes.Length)"
        $modes = [IO.UnixFileMode] 'UserRead, GroupRead, OtherRead', [IO.UnixFileMode] 'GroupWrite, OtherWrite'
        $wrong = Get-ChildItem $base -Recurse -Force | Where-Object { ($_.UnixFileMode -band $modes[0]) -ne $modes[0] -or $_.UnixFileMode -band $modes[1] }
        "wrong=$wrong"
        "files=$((Get-ChildItem $base -Recurse -File -Force | ForEach-Object { [IO.Path]::GetRelativePath($base, $_) } | Sort-Object) -join ' ')"
'@
}

Describe 'build.ps1 -Task Publish' {
    BeforeAll {
        $storeBefore = Get-Store
        $null = Invoke-PwshElsewhere -Command "Register-PSResourceRepository Shelf '$shelf'"
    }

    It 'needs a repository, and says so before it builds' {
        $said = Invoke-Task -Task Publish -OutputPath $output
        $LASTEXITCODE | Should -Be 1
        $said | Should -Match 'Publish needs -Repository'
        $output | Should -Not -Exist
    }

    It 'knows no repository <_>, and says which there are before it builds' -ForEach 'Nowhere', 'She*' {
        $said = Invoke-Task -Task Publish -Repository $_ -OutputPath $output
        $LASTEXITCODE | Should -Be 1
        $said | Should -Match "There is no repository $([regex]::Escape($_))\. Registered are: .*Shelf"
        $output | Should -Not -Exist
    }

    It 'cannot ask a repository that does not answer, and says so before it builds' {
        $null = Invoke-PwshElsewhere -Command "Register-PSResourceRepository Silent http://127.0.0.1:9/v3/index.json"
        $said = Invoke-Task -Task Publish -Repository Silent -OutputPath $output
        $LASTEXITCODE | Should -Be 1
        $said | Should -Match 'Silent cannot be asked whether it has KsmTools'
        $output | Should -Not -Exist
    }

    It 'does not print a key that is not a SecureString' {
        $said = Invoke-Task -Task Publish -Repository Shelf -ApiKey opensesame -OutputPath $output
        $LASTEXITCODE | Should -Be 1
        $said | Should -Match 'takes a SecureString'
        $said | Should -Not -Match 'opensesame'
        $output | Should -Not -Exist
    }

    It 'is the only task that takes a repository' {
        $said = Invoke-Task -Task Package -Repository Shelf -OutputPath $output
        $LASTEXITCODE | Should -Be 1
        $said | Should -Match 'for -Task Publish'
        $output | Should -Not -Exist
    }

    It 'says in ksmsh, which has no PSResourceGet, what to run instead' {
        $ksmsh = Join-Path $root 'src/KsmTools.Shell/bin/Release/net10.0/ksmsh.dll'
        $log = & env @elsewhere dotnet exec $ksmsh -NoProfile -File $script -Task Publish -Repository Shelf -OutputPath $output 2>&1
        $said = Join-Said $log
        if ($LASTEXITCODE -eq 0 -or $said -match 'no repository') {
            Set-ItResult -Skipped -Because 'needs a machine whose module path has no PSResourceGet'
        }

        $LASTEXITCODE | Should -Be 1
        $said | Should -Match 'PSResourceGet, and this PowerShell has none.*dotnet tool restore.*dotnet pwsh .*-Task Publish -Repository ''Shelf'''
        $output | Should -Not -Exist
    }

    Context 'to a folder' {
        BeforeAll {
            # A folder needs no key, and takes one.
            $key = "(ConvertTo-SecureString 'opensesame' -AsPlainText)"
            # Where a new file is for its owner alone, and PSResourceGet would take the path for a wildcard.
            $output = Join-Path $TestDrive 'out [x]'
            $log = & env @elsewhere sh -c 'umask 077; exec "$@"' sh @powershell -NoProfile -NonInteractive -Command "& '$script' -Task Package, Publish -Repository Shelf -ApiKey $key -OutputPath '$output' -Verbose" 2>&1
            $exitCode = $LASTEXITCODE
            $published = Join-Path $shelf "KsmTools.$version.nupkg"
        }

        It 'publishes this version' {
            $exitCode | Should -Be 0 -Because ($log -join "`n")
            $published | Should -Exist
            (Get-Item $published).UnixMode | Should -Be '-rw-r--r--' -Because 'others install it'
            $log[-1] | Should -Be "KsmTools $version is in Shelf."
            $log -join ' ' | Should -Not -Match 'opensesame'
        }

        It 'does not publish it twice' {
            $before = Get-TreeState $shelf
            $said = Invoke-Task -Task Publish -Repository Shelf -OutputPath (Join-Path $TestDrive 'again')
            $LASTEXITCODE | Should -Be 1
            $said | Should -Match "Shelf has KsmTools $([regex]::Escape($version)) already"
            Get-TreeState $shelf | Should -Be $before
            Join-Path $TestDrive 'again' | Should -Not -Exist
        }

        It 'publishes what a gallery shows' {
            $said = Import-PowerShellDataFile $manifest
            $archive = [IO.Compression.ZipFile]::OpenRead($published)
            try {
                $reader = [IO.StreamReader]::new($archive.GetEntry('KsmTools.nuspec').Open())
                $about = ([xml] $reader.ReadToEnd()).package.metadata
            } finally {
                $archive.Dispose()
            }

            $about.id | Should -Be 'KsmTools'
            $about.version | Should -Be $version
            $about.authors | Should -Be $said.Author
            $about.description | Should -Be $said.Description
            $about.licenseUrl | Should -Be $said.PrivateData.PSData.LicenseUri
            $about.projectUrl | Should -BeNullOrEmpty
            $about.releaseNotes.ReplaceLineEndings("`n") | Should -Be $said.PrivateData.PSData.ReleaseNotes
            $commands = $said.CmdletsToExport | ForEach-Object { "PSCommand_$_" }
            $about.tags -split ' ' | Sort-Object | Should -Be (@('PSModule') + $said.PrivateData.PSData.Tags + $commands | Sort-Object)
        }

        It 'publishes what is found by the name of a command' {
            Invoke-PwshElsewhere -Command "(Find-PSResource -CommandName Get-KsmStatus -Repository Shelf).ParentResource.Name" | Should -Be 'KsmTools'
        }

        It 'publishes what <User> installs and uses' -ForEach $users {
            if ($User -eq 'whoever runs this') {
                $lines = & env @elsewhere "HOME=$owned" @powershell -NoProfile -NonInteractive -Command $use 2>&1
                $base = $owned
            } elseif ((id -u) -eq '0') {
                $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'nobody')).FullName
                $command = "Register-PSResourceRepository Shelf (Join-Path `$PWD shelf)`n$use"
                $lines = Invoke-PwshAsNobody $folder @{ shelf = $shelf } "shelf/KsmTools.$version.nupkg" $command
                $base = Join-Path $folder 'home'
            } else {
                Set-ItResult -Skipped -Because 'needs root to become another user; whoever runs this is an ordinary one'
            }

            $LASTEXITCODE | Should -Be 0 -Because ($lines -join "`n")
            $said = @{}
            $lines -match '^\w+=' | ForEach-Object { $said[($_ -split '=', 2)[0]] = ($_ -split '=', 2)[1] }
            $said.base | Should -Be "$base/.local/share/powershell/Modules/KsmTools/$version"
            $said.installed | Should -Be 'True'
            $said.commands | Should -Be (Import-PowerShellDataFile $manifest).CmdletsToExport.Count
            $said.walks | Should -Be 8408
            $said.picture | Should -Be '89504E47'
            $said.help | Should -Match 'walks'
            $said.about | Should -Be 'True'
            [int] $said.notes | Should -BeGreaterThan 0
            $said.wrong | Should -BeNullOrEmpty
            $made = Join-Path $output "KsmTools/$version"
            $shipped = Get-ChildItem -LiteralPath $made -Recurse -File -Force | ForEach-Object { [IO.Path]::GetRelativePath($made, $_) } | Sort-Object
            $said.files -split ' ' | Where-Object { $_ -notin 'KsmTools.nuspec', 'PSGetModuleInfo.xml' } | Should -Be $shipped
        }

        It 'leaves the repositories and modules of whoever runs this alone' {
            Get-Store | Should -Be $storeBefore
        }
    }
}
