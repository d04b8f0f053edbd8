BeforeAll {
    . $PSScriptRoot/Support.ps1

    # What the sections of the notices say, and the licence texts below them.
    function Read-Notice {
        param([string] $Path)

        foreach ($section in [IO.File]::ReadAllText($Path) -split '(?m)^(?=###? )' | Select-Object -Skip 1) {
            $said, $text, $rest = $section -split '(?m)^```(?:text)?\n'
            $files, $package, $project, $copyright, $licence = 'Files', 'Package', 'Project', 'Copyright', 'Licence' | ForEach-Object {
                $said -match "(?m)^- ${_}: (.+)$" ? $Matches[1] : $null
            }
            [pscustomobject] @{
                Title     = ($section -split "`n")[0].Trim('#', ' ')
                IsPart    = $section.StartsWith('###')
                Files     = @([regex]::Matches(("$files" -replace '\(.*'), '`([^`]+)`') | ForEach-Object { $_.Groups[1].Value })
                Place     = "$files" -match '\(embedded in `([^`]+)`\)' ? $Matches[1] : $null
                Package   = $package
                Project   = $project
                Copyright = $copyright
                Licence   = $licence
                Text      = "$text".Trim()
                Rest      = "$rest".Trim()
            }
        }
    }

    # The names of the resources of an assembly that are not the project's own: messages, and styles of reports.
    function Get-Resource {
        param([string] $Path)

        $reader = [Reflection.PortableExecutable.PEReader]::new([IO.File]::OpenRead($Path))
        try {
            $metadata = [Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($reader)
            $metadata.ManifestResources | ForEach-Object { $metadata.GetString($metadata.GetManifestResource($_).Name) } |
                Where-Object { $_ -notmatch '\.(resources|css)$' -and $_ -ne 'DejaVu.LICENSE.txt' }
        } finally {
            $reader.Dispose()
        }
    }

    $notices = @(Read-Notice (Join-Path $root 'THIRD-PARTY-NOTICES.md'))
    $libraries = @($notices | Where-Object { $_.Files -like 'bin/*' })
    $packages = ([xml] (Get-Content (Join-Path $root 'Directory.Packages.props') -Raw)).SelectNodes('//PackageVersion') | ForEach-Object Include
}

Describe 'THIRD-PARTY-NOTICES.md' {
    It 'has one notice for each library that ships, and none for one that does not' {
        $shipped = Get-ChildItem (Join-Path $root 'bin') -Recurse -File -Include '*.dll', '*.so' | Where-Object Name -NotLike 'KsmTools*' | ForEach-Object { [IO.Path]::GetRelativePath($root, $_.FullName) }
        $shipped | Where-Object { $_ -notin $libraries.Files } | Should -BeNullOrEmpty -Because 'all that ships needs a notice'
        $libraries.Files | Where-Object { $_ -notin $shipped } | Should -BeNullOrEmpty -Because 'a notice is for what ships'
        $shipped | Should -Contain 'bin/Dependencies/linux-x64/libSkiaSharp.so'
        $shipped | Should -Contain 'bin/Dependencies/linux-arm64/libSkiaSharp.so'
    }

    It 'has one notice for each font in the assemblies, with the licence that is in them too' {
        $fonts = @($notices | Where-Object Place)
        foreach ($assembly in Get-ChildItem (Join-Path $root 'bin') -Filter '*.dll') {
            $named = @($fonts | Where-Object Place -EQ "bin/$($assembly.Name)" | ForEach-Object Files)
            $named | Sort-Object | Should -Be @(Get-Resource $assembly.FullName | Sort-Object) -Because $assembly.Name
        }

        $fonts.Text | Should -Be ([IO.File]::ReadAllText((Join-Path $root 'src/KsmTools.Kernel/Report/Fonts/LICENSE.txt')).Trim())
    }

    It 'names no file twice, and of each the package, the project and who holds the copyright' {
        $notices.Files | Group-Object | Where-Object Count -GT 1 | Should -BeNullOrEmpty
        foreach ($notice in $notices) {
            $notice.Project | Should -Match '^https?://' -Because $notice.Title
            $notice.Copyright | Should -Not -BeNullOrEmpty -Because $notice.Title
            $notice.Licence | Should -Not -BeNullOrEmpty -Because $notice.Title
            if (-not $notice.IsPart) {
                $notice.Files | Should -Not -BeNullOrEmpty -Because $notice.Title
            }
        }

        $libraries.Package | Should -BeIn $packages
    }

    It 'has the whole text of each licence' {
        foreach ($notice in $notices) {
            $notice.Text | Should -Match '(?i)copyright' -Because $notice.Title
            $notice.Text | Should -Match '(?i)permi|licens' -Because $notice.Title
            $notice.Rest | Should -BeNullOrEmpty -Because "the text of $($notice.Title) is one block"
        }
    }

    It 'has the texts that came with the packages' {
        $cache = $env:NUGET_PACKAGES ? $env:NUGET_PACKAGES : (Join-Path $HOME '.nuget/packages')
        $versions = @{}
        ([xml] (Get-Content (Join-Path $root 'Directory.Packages.props') -Raw)).SelectNodes('//PackageVersion') | ForEach-Object { $versions[$_.Include] = $_.Version }
        $compared = foreach ($notice in $libraries) {
            $file = Join-Path $cache $notice.Package.ToLowerInvariant() $versions[$notice.Package] 'LICENSE.txt'
            if (Test-Path -LiteralPath $file) {
                $notice.Text | Should -Be ([IO.File]::ReadAllText($file).ReplaceLineEndings("`n").Trim()) -Because $notice.Title
                $notice.Title
            }
        }

        # What a native library is made of is in a file of its package. A version that has another one wants a look at the parts.
        $parts = Join-Path $cache 'skiasharp.nativeassets.linux.nodependencies' $versions['SkiaSharp.NativeAssets.Linux.NoDependencies'] 'THIRD-PARTY-NOTICES.txt'
        if (Test-Path -LiteralPath $parts) {
            (Get-FileHash -LiteralPath $parts).Hash | Should -Be '21504C46C4C58AA64C1055BD2DCBC5F9A136B4B8C412ED3CC6740E22C5B127F5' -Because 'the parts of libSkiaSharp were looked through for this list'
        }

        if (-not $compared) {
            Set-ItResult -Skipped -Because "needs the packages in $cache"
        }
    }
}
