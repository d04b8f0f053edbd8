BeforeDiscovery {
    $shells = @(
        @{ Shell = 'pwsh' }
        @{ Shell = 'ksmsh' }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    $ksmsh = Get-Item (Join-Path $root 'src/KsmTools.Shell/bin/Release/net10.0/ksmsh.dll')
    $script = Join-Path $root 'build.ps1'
    $version = (Import-PowerShellDataFile $manifest).ModuleVersion
    # No node of MSBuild waits for another build.
    $nodeReuse = $env:MSBUILDDISABLENODEREUSE
    $env:MSBUILDDISABLENODEREUSE = '1'

    # The files below a folder, by their names from there on.
    function Get-Part {
        param([string] $Path)

        Get-ChildItem -LiteralPath $Path -Recurse -File -Force | ForEach-Object { [IO.Path]::GetRelativePath($Path, $_.FullName) } | Sort-Object
    }
}

AfterAll {
    $env:MSBUILDDISABLENODEREUSE = $nodeReuse
}

Describe 'The package that build.ps1 makes in <Shell>' -ForEach $shells {
    BeforeAll {
        $output = Join-Path $TestDrive $Shell
        # What an earlier package left there.
        $null = New-Item -ItemType Directory (Join-Path $output 'KsmTools/0.0.1')
        $null = New-Item (Join-Path $output 'KsmTools/0.0.1/old.txt')
        # What an editor leaves beside what ships.
        $stray = New-Item (Join-Path $root 'Module/Examples/.stray.swp') -Force
        try {
            $log = if ($Shell -eq 'pwsh') {
                Invoke-Pwsh -NoProfile -NonInteractive -File $script -Task Package -OutputPath $output 2>&1
            } else {
                dotnet exec $ksmsh.FullName -File $script -Task Package -OutputPath $output 2>&1
            }

            $exitCode = $LASTEXITCODE
        } finally {
            $stray.Delete()
        }

        $package = Join-Path $output "KsmTools/$version"
        $archive = Join-Path $output "KsmTools.$version.zip"
    }

    It 'is made' {
        $exitCode | Should -Be 0 -Because ($log -join "`n")
        $archive | Should -Exist
        Get-ChildItem $output -Force | ForEach-Object Name | Sort-Object | Should -Be 'KsmTools', "KsmTools.$version.zip"
    }

    It 'is in the archive as it is, below one folder, and nothing else is' {
        $zip = [IO.Compression.ZipFile]::OpenRead($archive)
        try {
            $zip.Entries.FullName | Sort-Object | Should -Be (Get-Part $package | ForEach-Object { "KsmTools/$version/$_" } | Sort-Object)
            $zip.Entries | ForEach-Object { '{0:x4}' -f (($_.ExternalAttributes -shr 16) -band 0xffff) } | Sort-Object -Unique | Should -Be '81a4'
        } finally {
            $zip.Dispose()
        }
    }

    It 'may be read by everybody, and changed by its owner alone' {
        Get-ChildItem $package -Recurse -Force | ForEach-Object UnixMode | Sort-Object -Unique | Should -Be '-rw-r--r--', 'drwxr-xr-x'
        (Get-Item $package).UnixMode | Should -Be 'drwxr-xr-x'
    }

    It 'holds what ships and nothing else' {
        Get-ChildItem $package | ForEach-Object Name | Sort-Object |
            Should -Be ('bin', 'CHANGELOG.md', 'CONTRIBUTING.md', 'docs', 'en-US', 'KsmTools.psd1', 'LICENSE', 'Module', 'README.md', 'SECURITY.md', 'THIRD-PARTY-NOTICES.md' | Sort-Object)
        Get-ChildItem (Join-Path $package 'bin') -File | ForEach-Object Name | Sort-Object |
            Should -Be 'KsmTools.dll', 'KsmTools.Format.ps1xml', 'KsmTools.Kernel.dll', 'KsmTools.Types.ps1xml'
        Get-Part (Join-Path $package 'bin/Dependencies') | Should -Be (Get-Part (Join-Path $root 'bin/Dependencies'))
        Get-Part (Join-Path $package 'en-US') | Should -Be (Get-Part (Join-Path $root 'en-US'))
        Get-ChildItem (Join-Path $package 'Module') | ForEach-Object Name | Sort-Object | Should -Be 'Checks', 'Examples'
        foreach ($name in 'Tour.ps1', 'ksm-batch.service', 'ksm-check.ps1', 'ksm-check.service', 'ksm-check.timer') {
            Join-Path $package "Module/Examples/$name" | Should -Exist
        }

        Get-ChildItem (Join-Path $package 'Module/Checks') | ForEach-Object Name |
            Should -Be (Get-ChildItem (Join-Path $root 'Module/Checks') | ForEach-Object Name)

        # What .NET and PowerShell have themselves.
        Get-ChildItem (Join-Path $package 'bin') -Recurse -Filter 'System.*.dll' | ForEach-Object Name | Should -Be 'System.IO.Hashing.dll'
        Get-ChildItem $package -Recurse -Force -Filter '.*' | Should -BeNullOrEmpty
    }

    It 'has what its documents point at' {
        $documents = 'README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'docs/*.md' | ForEach-Object { Get-Item (Join-Path $package $_) }
        $documents.Count | Should -BeGreaterThan 6
        foreach ($link in $documents | Select-String -Pattern '\]\(([^)#:]+)\)' -AllMatches) {
            foreach ($match in $link.Matches) {
                Join-Path (Split-Path $link.Path) $match.Groups[1].Value | Should -Exist -Because $link.Path
            }
        }
    }

    It 'has the manifest of the checkout, with its commands as tags' {
        $made, $said = (Join-Path $package 'KsmTools.psd1'), $manifest | ForEach-Object { Test-ModuleManifest $_ }
        $made.Tags | Should -Be (@($said.Tags) + @((Import-PowerShellDataFile $manifest).CmdletsToExport | ForEach-Object { "PSCommand_$_" }))
        foreach ($property in 'Version', 'Guid', 'Author', 'Description', 'LicenseUri', 'ReleaseNotes', 'PowerShellVersion', 'RootModule') {
            $made.$property | Should -Be $said.$property -Because $property
        }

        $made.ProjectUri | Should -BeNullOrEmpty -Because 'the project has no page of its own'
    }

    It 'names no folder of the machine that it was built on' {
        foreach ($name in 'KsmTools.dll', 'KsmTools.Kernel.dll') {
            $reader = [Reflection.PortableExecutable.PEReader]::new([IO.File]::OpenRead((Join-Path $package "bin/$name")))
            try {
                $entry = $reader.ReadDebugDirectory() | Where-Object Type -EQ EmbeddedPortablePdb
                $symbols = $reader.ReadEmbeddedPortablePdbDebugDirectoryData($entry).GetMetadataReader()
                $sources = $symbols.Documents | ForEach-Object { $symbols.GetString($symbols.GetDocument($_).Name) }
                $sources | Should -Not -BeNullOrEmpty
                $sources | Where-Object { -not $_.StartsWith('/_/src/') } | Should -BeNullOrEmpty
            } finally {
                $reader.Dispose()
            }
        }
    }

    It 'holds checks that run as they are' {
        $counts = Invoke-Pwsh -NoProfile -NonInteractive -Command @"
            `$ErrorActionPreference = 'Stop'
            `$env:PSModulePath = '$output' + [IO.Path]::PathSeparator + `$env:PSModulePath
            `$checks = Join-Path (Get-Module KsmTools -ListAvailable).ModuleBase Module/Checks
            `$env:KSMTOOLS_ROOT = '$(New-KsmTree (Join-Path $TestDrive "kernel-$Shell"))'
            `$result = Invoke-Pester `$checks -PassThru -Output None
            "`$(`$result.Containers.Count) `$(`$result.PassedCount) `$(`$result.FailedCount) `$(`$result.FailedContainersCount)"
            (Get-Module KsmTools).ModuleBase
"@
        $counts[0] | Should -Be "$(@(Get-ChildItem (Join-Path $root 'Module/Checks')).Count) 1 0 0"
        $counts[1] | Should -Be $package
    }

    It 'imports by name from a module path, with help, views and types' {
        $lines = Invoke-Pwsh -NoProfile -NonInteractive -Command @"
            `$ErrorActionPreference = 'Stop'
            `$env:PSModulePath = '$output' + [IO.Path]::PathSeparator + `$env:PSModulePath
            Import-Module KsmTools -ErrorAction Stop
            (Get-Module KsmTools).ModuleBase
            (Get-Command -Module KsmTools).Count
            (Get-Help Get-KsmStatus).examples.example.Count -ge 2
            (Get-Help about_KsmTools) -match 'LONG DESCRIPTION'
            [bool] (Get-FormatData -TypeName KsmTools.Ksm.KsmStatus)
            [bool] (Get-TypeData -TypeName KsmTools.Ksm.KsmStatus)
            Remove-Module KsmTools
            [bool] (Get-FormatData -TypeName KsmTools.Ksm.KsmStatus)
            [bool] (Get-TypeData -TypeName KsmTools.Ksm.KsmStatus)
"@
        $lines[0] | Should -Be $package
        $lines[1] | Should -Be (Import-PowerShellDataFile $manifest).CmdletsToExport.Count
        $lines[2..5] | Should -Be 'True', 'True', 'True', 'True'
        $lines[6..7] | Should -Be 'False', 'False' -Because 'Remove-Module takes views and types away'
    }
}

Describe 'An OutputPath' {
    BeforeAll {
        # Runs Package where a new file is for its owner alone.
        function Invoke-Package {
            param([string] $OutputPath)

            sh -c 'umask 077; exec "$@"' sh @powershell -NoProfile -NonInteractive -File $script -Task Package -OutputPath $OutputPath 2>&1
        }
    }

    It 'may have signs of wildcards in its name, and links, which are not followed, where packages go' {
        $output = Join-Path $TestDrive 'a [x] *'
        $place = Join-Path $output "KsmTools/$version"
        $elsewhere = (New-Item -ItemType Directory (Join-Path $TestDrive 'elsewhere')).FullName
        $null = New-Item (Join-Path $elsewhere 'kept.txt')
        $null = [IO.Directory]::CreateDirectory((Split-Path $place))
        $null = [IO.Directory]::CreateSymbolicLink($place, $elsewhere)
        $null = [IO.File]::CreateSymbolicLink((Join-Path $output "KsmTools.$version.zip"), (Join-Path $elsewhere 'kept.txt'))
        foreach ($time in 'first', 'second') {
            $log = Invoke-Package $output
            $LASTEXITCODE | Should -Be 0 -Because "$time time: $log"
            (Get-Item -LiteralPath $place).LinkTarget | Should -BeNullOrEmpty
            Test-Path -LiteralPath (Join-Path $place 'KsmTools.psd1') | Should -BeTrue
            Get-ChildItem -LiteralPath $place -Recurse -Force | ForEach-Object UnixMode | Sort-Object -Unique | Should -Be '-rw-r--r--', 'drwxr-xr-x'
            (Get-Item -LiteralPath (Join-Path $output "KsmTools.$version.zip")).UnixMode | Should -Be '-rw-r--r--'
            $null = [IO.Directory]::CreateSymbolicLink((Join-Path $place 'link'), $elsewhere)
        }

        Get-ChildItem $elsewhere | ForEach-Object { "$($_.Name) $($_.Length)" } | Should -Be 'kept.txt 0'
    }

    It 'whose folder of packages others can write is refused' {
        $output = (New-Item -ItemType Directory (Join-Path $TestDrive 'shared')).FullName
        (New-Item -ItemType Directory (Join-Path $output 'KsmTools')).UnixFileMode = [IO.UnixFileMode] 'UserRead, UserWrite, UserExecute, OtherWrite'
        $log = Invoke-Package $output
        $LASTEXITCODE | Should -Be 1
        $log -join ' ' | Should -Match 'belongs to somebody else'
        Get-ChildItem $output -Recurse -Force | ForEach-Object Name | Should -Be 'KsmTools'
    }

    It 'that is a part of what is packaged is refused' {
        $log = Invoke-Package (Join-Path $root 'docs/packages')
        $LASTEXITCODE | Should -Be 1
        $log -join ' ' | Should -Match 'is packaged'
        Join-Path $root 'docs/packages' | Should -Not -Exist
    }

    It 'whose folder of packages is a link is refused' {
        $output = (New-Item -ItemType Directory (Join-Path $TestDrive 'linked')).FullName
        $elsewhere = (New-Item -ItemType Directory (Join-Path $TestDrive "other/$version")).FullName
        $null = [IO.Directory]::CreateSymbolicLink((Join-Path $output 'KsmTools'), (Split-Path $elsewhere))
        $log = Invoke-Package $output
        $LASTEXITCODE | Should -Be 1
        $log -join ' ' | Should -Match 'is a link'
        $elsewhere | Should -Exist
        Get-ChildItem $output -Force | ForEach-Object Name | Should -Be 'KsmTools'
    }

    It 'that cannot be made is an error at once' {
        $file = New-Item (Join-Path $TestDrive 'file')
        $log = Invoke-Package (Join-Path $file 'out')
        $LASTEXITCODE | Should -Be 1
        $log -join ' ' | Should -Not -Match 'KsmTools\.Help'
        $log -join ' ' | Should -Match ([regex]::Escape($file.Name))
    }
}
