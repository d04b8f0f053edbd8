BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'Save-RmapTrace' {
    BeforeAll {
        $name = 'ksmtools-pester-save'

        # Whether a session can be made here, with whatever source there is.
        function Enable-TestTrace {
            Assert-Root
            try {
                Enable-RmapTrace -Name $name -WarningAction Ignore
            } catch {
                Set-ItResult -Skipped -Because "needs a source of rmap events: $_"
            }
        }
    }

    AfterEach {
        if ((id -u) -eq '0') {
            Get-RmapTrace -Name "$name*" | Remove-RmapTrace -Confirm:$false
        }
    }

    It 'writes a file that begins as trace.dat does, and outputs it on demand' {
        Enable-TestTrace
        $target = Join-Path $TestDrive 'trace.dat'
        $file = Save-RmapTrace $target -Name $name -PassThru
        $file | Should -BeOfType IO.FileInfo
        $file.FullName | Should -Be $target
        [Convert]::ToHexString([IO.File]::ReadAllBytes($target)[0..11]) | Should -Be '17084474726163696E673700'
        Save-RmapTrace $target -Name $name -Force | Should -BeNullOrEmpty
        Get-ChildItem $TestDrive -Filter '*.new' | Should -BeNullOrEmpty
    }

    It 'takes sessions from the pipeline' {
        Enable-TestTrace
        Get-RmapTrace $name | Save-RmapTrace (Join-Path $TestDrive 'piped.dat')
        Join-Path $TestDrive 'piped.dat' | Should -Exist
    }

    It 'records for as long as it is told' {
        Enable-TestTrace
        $time = Measure-Command { Save-RmapTrace (Join-Path $TestDrive 'timed.dat') -Name $name -Timeout 500ms }
        $time.TotalSeconds | Should -BeGreaterOrEqual 0.5
        Join-Path $TestDrive 'timed.dat' | Should -Exist
    }

    It 'does not replace a file unasked, and nothing at all under -WhatIf' {
        Enable-TestTrace
        $target = Join-Path $TestDrive 'kept.dat'
        Set-Content $target 'precious'
        $failure = Get-Failure { Save-RmapTrace $target -Name $name }
        Get-Reason $failure | Should -Be 'KernelIoError'
        $failure.ErrorDetails.RecommendedAction | Should -Match '-Force'
        Save-RmapTrace $target -Name $name -Force -WhatIf
        Get-Content $target | Should -Be 'precious'
    }

    It 'says what there is to recover, and takes nothing of a session with it' {
        $target = Join-Path $TestDrive 'lost.dat'
        $failure = Get-Failure { Save-RmapTrace $target -Recover }
        Get-Reason $failure | Should -Be 'KernelIoError'
        $failure.TargetObject | Should -Be $target
        "$failure" | Should -Match ([regex]::Escape("$target.recording"))
        { Save-RmapTrace $target -Recover -Follow } | Should -Throw -ErrorId 'AmbiguousParameterSet*'
        New-Item -ItemType Directory "$target.recording" | Out-Null
        Save-RmapTrace $target -Recover -WhatIf
        "$target.recording" | Should -Exist
        Get-Reason (Get-Failure { Save-RmapTrace "$target.recording" -Recover }) | Should -Be 'TraceTruncated'
        "$target.recording" | Should -Not -Exist
    }

    It 'names the sessions that there are when there is no such one' {
        Assert-Root
        Get-Reason (Get-Failure { Save-RmapTrace (Join-Path $TestDrive 'none.dat') -Name no-such-session }) | Should -BeIn 'TraceSessionNotFound', 'TraceFsNotAvailable'
        Join-Path $TestDrive 'none.dat' | Should -Not -Exist
    }
}
