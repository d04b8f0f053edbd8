BeforeAll {
    . (Join-Path $PSScriptRoot 'Support.ps1')
    Import-Module $manifest -Force
    $name = 'ksmtools-pester'
}

Describe 'Sessions of walks' {
    BeforeEach {
        Assert-Root
        if (-not (Test-Writable $compactMemory)) {
            Set-ItResult -Skipped -Because 'needs memory compaction (CONFIG_COMPACTION)'
        }

        # What Enable-RmapTrace has to mount and unmount itself.
        $mounts = Get-Content /proc/self/mounts
    }

    AfterEach {
        # Also after a test that was skipped before it began.
        if ($mounts) {
            Remove-RmapTrace "$name*"
            Get-Content /proc/self/mounts | Should -Be $mounts
            Test-Path "/run/ksmtools/sessions/$name" | Should -BeFalse
        }
    }

    It 'records walks, which can be looked at, measured and taken out' {
        $session = Enable-RmapTrace $name -BufferSize 8MB -PassThru -WarningAction SilentlyContinue
        $session.Enabled | Should -BeTrue
        $session.Source | Should -Not -Be 'Auto'
        Invoke-Compaction
        Disable-RmapTrace $name
        $looked = @(Get-RmapWalk $name)
        $looked.Count | Should -BeGreaterThan 0
        (Measure-RmapWalk -Name $name | Measure-Object Count -Sum).Sum | Should -Be $looked.Count
        $taken = @(Receive-RmapEvent $name | ConvertTo-RmapWalk)
        $taken.Count | Should -Be $looked.Count
        @(Receive-RmapEvent $name).Count | Should -Be 0
    }

    It 'is found by another process after its maker was killed, and removed by it' {
        # A session that is being made is there before it is all set up.
        $made = Join-Path $TestDrive 'made'
        $maker = Start-Pwsh "Import-Module '$manifest'; Enable-RmapTrace $name; `$null = New-Item '$made'; Start-Sleep 3600"
        try {
            Wait-Condition 'the other process has made the session' { Test-Path $made }
        } finally {
            Stop-Started $maker
        }

        (Get-RmapTrace $name).Enabled | Should -BeTrue
        Remove-RmapTrace $name
        Get-RmapTrace "$name*" | Should -BeNullOrEmpty
    }

    It 'shows in a table and a list what the session is' {
        Enable-RmapTrace $name -WarningAction SilentlyContinue
        $table = Get-RmapTrace $name | Format-Table | Out-String -Width 120
        $table | Should -Match "Name\s+Source\s+Enabled\s+Entries\s+Lost\s+Filter"
        $list = Get-RmapTrace $name | Format-List | Out-String -Width 120
        $list | Should -Match 'BufferSize\s+: \d.* for each of \d+ CPUs'
    }

    It 'survives a round trip through Clixml' {
        Enable-RmapTrace $name -WarningAction SilentlyContinue
        $session = Get-RmapTrace $name
        $file = Join-Path $TestDrive 'session.xml'
        $session | Export-Clixml $file
        $copy = Import-Clixml $file
        $copy.Cpus.Count | Should -Be $session.Cpus.Count
        $copy.Unavailable.Reason | Should -Be $session.Unavailable.Reason
        ($copy | Format-List | Out-String) | Should -Be ($session | Format-List | Out-String)
    }

    It 'ends Receive-RmapEvent -Follow at once on Ctrl-C and goes on' {
        Enable-RmapTrace $name -ProcessId $PID -WarningAction SilentlyContinue
        $reader = Start-Pwsh "Import-Module '$manifest'; Receive-RmapEvent $name -Follow"
        try {
            Wait-Condition 'the other process reads the buffers' {
                $reader.HasExited -or (Get-ChildItem "/proc/$($reader.Id)/fd").LinkTarget -match "/$name.*/trace_pipe_raw$"
            }

            $reader.HasExited | Should -BeFalse
            kill -INT $reader.Id
            # Without Ctrl-C it never ends.
            $reader.WaitForExit([timespan]::FromMinutes(1)) | Should -BeTrue
        } finally {
            Stop-Started $reader
        }

        (Get-RmapTrace $name).Enabled | Should -BeTrue
    }

    It 'refuses <reason> for <what>' -ForEach @(
        @{ what = 'a session that is not there'; reason = 'TraceSessionNotFound'; command = { Get-RmapTrace nowhere -ErrorAction Stop } }
        @{ what = 'a name with a slash'; reason = 'KnobValueInvalid'; command = { Enable-RmapTrace 'a/b' -ErrorAction Stop } }
        @{ what = 'a clock that does not exist'; reason = 'KnobValueInvalid'; command = { Enable-RmapTrace ksmtools-pester-x -Clock sundial -ErrorAction Stop } }
        @{ what = 'a buffer that the kernel cannot allocate'; reason = 'MemoryInsufficient'; command = { Enable-RmapTrace ksmtools-pester-x -BufferSize 900GB -ErrorAction Stop } }
        @{ what = 'a process that is not there'; reason = 'ProcessNotFound'; command = { Enable-RmapTrace ksmtools-pester-x -ProcessId 999999999 -ErrorAction Stop } }
    ) {
        $command | Should -Throw -ErrorId "$reason,*"
    }
}
