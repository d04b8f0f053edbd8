BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
    $other = 'setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'

    # Another user's deeds, in a folder of that user's.
    function Invoke-Other {
        & $other[0] @($other | Select-Object -Skip 1) @args
        $LASTEXITCODE | Should -Be 0
    }

    function Assert-Other {
        Assert-Root
        if (-not (Get-Command setpriv -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'needs setpriv of util-linux'
        }
    }

    $place = [IO.Directory]::CreateTempSubdirectory('ksmtools-hostile-').FullName
    chmod 755 $place
    $capture = Get-Capture '6.12-native/ksm.trace.txt'
}

AfterAll {
    Remove-Item -Recurse -Force $place
}

Describe 'A folder in which others write' {
    BeforeEach {
        Assert-Other
        $victim = Join-Path $place 'victim'
        Set-Content $victim 'precious'
        chmod 640 $victim
        $folder = (New-Item -ItemType Directory (Join-Path $place 'folder')).FullName
        chown 65534 $folder
    }

    AfterEach {
        Remove-Item -Recurse -Force (Join-Path $place 'folder')
    }

    It '<Command> writes <Name> and nothing else, whatever links are there' -ForEach @(
        @{ Command = 'Export-KsmMetric'; Name = 'a.prom'; Mode = '-rw-r--r--'; Run = { Import-RmapTrace $capture -AsWalk | Measure-RmapWalk | Export-KsmMetric $args[0] } }
        @{ Command = 'Save-KsmConfiguration'; Name = 'a.conf'; Mode = '-rw-r--r--'; Run = { Save-KsmConfiguration $args[0] -Force } }
        @{ Command = 'Export-RmapReport'; Name = 'a.html'; Mode = '-rw-r--r--'; Run = { Import-RmapTrace $capture -AsWalk | Export-RmapReport $args[0] -Force } }
        @{ Command = 'Export-RmapReport'; Name = 'a.svg'; Mode = '-rw-r--r--'; Run = { Import-RmapTrace $capture -AsWalk | Export-RmapReport $args[0] -Force } }
        @{ Command = 'Export-RmapReport'; Name = 'a.png'; Mode = '-rw-r--r--'; Run = { Import-RmapTrace $capture -AsWalk | Export-RmapReport $args[0] -Force } }
    ) {
        if ($Command -eq 'Save-KsmConfiguration') {
            Assert-Ksm
        }

        Invoke-Other sh -c "cd $folder && ln -s $victim .$Name.new && ln -s $victim $Name && mkfifo $Name.new"
        $file = Join-Path $folder $Name
        & $Run $file
        Get-Content $victim | Should -BeExactly 'precious'
        (Get-Item $victim).UnixMode | Should -BeExactly '-rw-r-----'
        $item = Get-Item $file
        $item.LinkType | Should -BeNullOrEmpty
        $item.Length | Should -BeGreaterThan 100
        $item.User | Should -BeExactly 'root'
        $item.UnixMode | Should -BeExactly $Mode
        Get-ChildItem $folder -Force -Name | Sort-Object | Should -Be (@(".$Name.new", $Name, "$Name.new") | Sort-Object)
    }

    It 'leads nowhere by a link that its user made' {
        Invoke-Other ln -s $place (Join-Path $folder 'way')
        $failure = Get-Failure { Get-KsmStatus | Export-KsmMetric (Join-Path $folder 'way/a.prom') }
        Get-Reason $failure | Should -Be 'UnsafePath'
        $failure.CategoryInfo.Category | Should -Be 'SecurityError'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Join-Path $place 'a.prom' | Should -Not -Exist
    }

    It 'keeps a recording for its owner, and what others have beside it' {
        $name = 'ksmtools-pester-hostile'
        try {
            Enable-RmapTrace -Name $name -WarningAction Ignore
        } catch {
            Set-ItResult -Skipped -Because "needs a source of rmap events: $_"
        }

        try {
            Invoke-Other sh -c "cd $folder && for cpu in 0 1 2 3; do echo mine > s.dat.cpu`$cpu.new; done; ln -s $victim .s.dat.new; echo mine > s.dat; chmod 666 s.dat"
            Save-RmapTrace (Join-Path $folder 's.dat') -Name $name -Force
        } finally {
            Remove-RmapTrace $name -Confirm:$false
        }

        Get-Content $victim | Should -BeExactly 'precious'
        0..3 | ForEach-Object { Get-Content (Join-Path $folder "s.dat.cpu$_.new") | Should -BeExactly 'mine' }
        $item = Get-Item (Join-Path $folder 's.dat')
        $item.UnixMode | Should -BeExactly '-rw-------'
        $item.User | Should -BeExactly 'root'
    }
}

Describe 'The mask of root' {
    It 'of <Mask> gives a report <Report>, metrics and settings 0644' -ForEach @(
        @{ Mask = '000'; Report = '-rw-r--r--' }
        @{ Mask = '027'; Report = '-rw-r-----' }
        @{ Mask = '077'; Report = '-rw-------' }
    ) {
        Assert-Root
        Assert-Ksm
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive "mask$Mask")).FullName
        $script = "Import-Module '$manifest'; Set-Location '$folder'; Import-RmapTrace '$capture' -AsWalk | Export-RmapReport r.svg; Get-KsmStatus | Export-KsmMetric m.prom; Save-KsmConfiguration c.conf"
        sh -c "umask $Mask; exec `"`$@`"" sh @powershell -NoProfile -NonInteractive -Command $script
        (Get-Item (Join-Path $folder 'r.svg'), (Join-Path $folder 'm.prom'), (Join-Path $folder 'c.conf')).UnixMode | Should -Be $Report, '-rw-r--r--', '-rw-r--r--'
    }
}

Describe 'A record that others could have written' {
    It 'is said to be no use, and the counters come all the same' {
        $tree = New-KsmTree (Join-Path $TestDrive 'tree')
        $folder = (New-Item -ItemType Directory (Join-Path $tree 'run/ksmtools')).FullName
        Set-Content (Join-Path $folder 'journal') "command=Invoke-KsmMerge`nprocess=4194305`ntime=now`nrun=1`n"
        chmod 777 $folder
        $env:KSMTOOLS_ROOT = $tree
        try {
            (Get-KsmStatus -WarningVariable said -WarningAction SilentlyContinue).FullScans | Should -Be 7
            $said | Should -HaveCount 1
            $said[0].Message | Should -Match 'is not used: others than its owner may write it \(mode 777\)'
            Get-Reason (Get-Failure { Restore-KsmConfiguration -WarningAction Ignore }) | Should -Be 'UnsafePath'
            Get-Reason (Get-Failure { Start-Ksm -WarningAction Ignore }) | Should -Be 'UnsafePath'
            [IO.File]::ReadAllText((Join-Path $tree 'sys/kernel/mm/ksm/run')) | Should -BeExactly "0`n"
        } finally {
            $env:KSMTOOLS_ROOT = $null
        }
    }
}

Describe 'A library of the environment' {
    It 'does not come before the one of the module' {
        $planted = (New-Item -ItemType Directory (Join-Path $TestDrive 'lib')).FullName
        $mathematics = @(Get-Item /lib/*-linux-gnu/libm.so.6, /lib64/libm.so.6 -ErrorAction Ignore)[0]
        if (-not $mathematics) {
            Set-ItResult -Skipped -Because 'needs a libm.so.6 to plant'
        }

        Copy-Item $mathematics (Join-Path $planted 'libSkiaSharp.so')
        $picture = Join-Path $TestDrive 'walks.png'
        $env:LD_LIBRARY_PATH = $planted
        try {
            Invoke-FreshPwsh "Import-RmapTrace '$capture' -AsWalk | Export-RmapReport '$picture'"
        } finally {
            $env:LD_LIBRARY_PATH = $null
        }

        $LASTEXITCODE | Should -Be 0
        (Get-Item $picture).Length | Should -BeGreaterThan 1000
    }
}
