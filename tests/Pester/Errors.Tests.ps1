BeforeDiscovery {
    $inTree = @(
        @{ Name = 'a knob below its least value'; Reason = 'KnobValueInvalid'; Category = 'InvalidArgument'; Script = { Set-KsmConfiguration -MaxPageSharing 1 } }
        @{ Name = 'a scan time of nothing'; Reason = 'KnobValueInvalid'; Category = 'InvalidArgument'; Script = { Set-KsmConfiguration -AdvisorTargetScanTime 0 } }
        @{ Name = 'a process that is not there'; Reason = 'ProcessNotFound'; Category = 'ObjectNotFound'; Script = { Get-KsmProcess -Id 2147483646 } }
        @{ Name = 'a process without mappings to compare'; Reason = 'ProcessNotFound'; Category = 'ObjectNotFound'; Script = { Compare-RmapStrategy -Id 2147483646 } }
        @{ Name = 'a bound in time without a calibration'; Reason = 'KnobValueInvalid'; Category = 'InvalidArgument'; Script = { Compare-RmapStrategy -MaximumWalkDuration 1ms } }
    )
    $inEmptyTree = @(
        @{ Name = 'Get-KsmStatus'; Script = { Get-KsmStatus } }
        @{ Name = 'Get-KsmConfiguration'; Script = { Get-KsmConfiguration } }
        @{ Name = 'Set-KsmConfiguration'; Script = { Set-KsmConfiguration -PagesToScan 200 } }
        @{ Name = 'Reset-KsmConfiguration'; Script = { Reset-KsmConfiguration } }
        @{ Name = 'Start-Ksm'; Script = { Start-Ksm } }
        @{ Name = 'Stop-Ksm'; Script = { Stop-Ksm -Confirm:$false } }
        @{ Name = 'Invoke-KsmMerge'; Script = { Invoke-KsmMerge } }
        @{ Name = 'Watch-Ksm'; Script = { Watch-Ksm -Count 1 -Interval 0.01 } }
    )
    $traces = @(
        @{ Name = 'a missing file'; Script = { Import-RmapTrace -Path (Join-Path $TestDrive 'missing.txt') } }
        @{ Name = 'a missing file, measured'; Script = { Measure-RmapWalk -Path (Join-Path $TestDrive 'missing.txt') } }
        @{ Name = 'a directory'; Script = { Import-RmapTrace -Path $TestDrive } }
        @{ Name = 'an empty file'; Reason = 'TraceFormatNotRecognized'; Script = { Import-RmapTrace -Path $empty } }
        @{ Name = 'a binary file'; Reason = 'TraceFormatNotRecognized'; Script = { Import-RmapTrace -Path $binary } }
        @{ Name = 'a text that is no trace'; Reason = 'TraceFormatNotRecognized'; Script = { Import-RmapTrace -Path $prose } }
        @{ Name = 'a text that is no trace, measured'; Reason = 'TraceFormatNotRecognized'; Script = { Measure-RmapWalk -Path $prose } }
        @{ Name = 'a trace without timestamps'; Reason = 'TraceFormatNotRecognized'; Script = { Import-RmapTrace -Path $timeless } }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest

    function Assert-Helpful {
        param($Failure)

        $Failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $Failure.Exception.Message | Should -Not -Match 'at KsmTools\.|TypeInitializationException|StackTrace'
        $Failure.TargetObject | Should -Not -BeNullOrEmpty
    }
}

AfterAll {
    $env:KSMTOOLS_ROOT = $null
}

Describe 'In a kernel with KSM' {
    BeforeAll {
        $tree = New-KsmTree (Join-Path $TestDrive 'tree')
        $env:KSMTOOLS_ROOT = $tree
    }

    It '<Name> is <Reason>, and nothing is written' -ForEach $inTree {
        $before = Get-TreeState (Join-Path $tree 'sys')
        $failure = Get-Failure $Script
        Get-Reason $failure | Should -Be $Reason
        $failure.CategoryInfo.Category | Should -Be $Category
        Assert-Helpful $failure
        Get-TreeState (Join-Path $tree 'sys') | Should -Be $before
    }

    It 'a knob that this kernel lacks is KnobNotSupported' {
        $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive 'old') -Without smart_scan
        $failure = Get-Failure { Set-KsmConfiguration -SmartScan $true }
        $env:KSMTOOLS_ROOT = $tree
        Get-Reason $failure | Should -Be 'KnobNotSupported'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        Assert-Helpful $failure
    }

    It 'several processes give one error each, and the others are shown' {
        $env:KSMTOOLS_ROOT = $null
        Assert-Ksm
        $found = Get-KsmProcess -Id $PID, 2147483645, 2147483646 -ErrorAction SilentlyContinue -ErrorVariable failures
        $env:KSMTOOLS_ROOT = $tree
        $failures | ForEach-Object { Get-Reason $_ } | Should -Be 'ProcessNotFound', 'ProcessNotFound'
        $found.Id | Should -Be $PID
    }

    AfterAll {
        $env:KSMTOOLS_ROOT = $null
    }
}

Describe 'In a kernel without KSM' {
    BeforeAll {
        $env:KSMTOOLS_ROOT = (New-Item -ItemType Directory (Join-Path $TestDrive 'empty')).FullName
    }

    It '<Name> is KsmNotSupported' -ForEach $inEmptyTree {
        $failure = Get-Failure $Script
        Get-Reason $failure | Should -Be 'KsmNotSupported'
        Assert-Helpful $failure
        Get-ChildItem $env:KSMTOOLS_ROOT | Should -BeNullOrEmpty
    }

    It 'Test-KsmSupport answers instead of failing' {
        Test-KsmSupport | Should -Not -BeNullOrEmpty
    }

    AfterAll {
        $env:KSMTOOLS_ROOT = $null
    }
}

Describe 'On the running kernel' {
    It 'max_page_sharing 1 is KnobValueInvalid, and all knobs are as before' {
        Assert-WritableKsm
        $before = Get-KnobState
        $failure = Get-Failure { Set-KsmConfiguration -MaxPageSharing 1 -SleepMilliseconds 55 }
        Get-Reason $failure | Should -Be 'KnobValueInvalid'
        Assert-Helpful $failure
        Get-KnobState | Should -Be $before
    }

    It 'an ordinary user gets AccessDenied' {
        Assert-WritableKsm
        $before = Get-KnobState
        $script = "Import-Module ./checkout/KsmTools.psd1; try { Set-KsmConfiguration -SleepMilliseconds 55 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.CategoryInfo.Category }"
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'nobody')).FullName
        $output = Invoke-PwshAsNobody $folder @{ checkout = $root } 'checkout/KsmTools.psd1' $script
        $output[0] | Should -Match '^AccessDenied,' -Because ($output -join "`n")
        $output[1] | Should -Be 'PermissionDenied'
        Get-KnobState | Should -Be $before
    }
}

Describe 'With traces' {
    BeforeAll {
        $empty = Join-Path $TestDrive 'empty.txt'
        $binary = Join-Path $TestDrive 'binary.txt'
        $prose = Join-Path $TestDrive 'prose.txt'
        $timeless = Join-Path $TestDrive 'timeless.txt'
        [IO.File]::WriteAllText($empty, '')
        [IO.File]::WriteAllBytes($binary, [byte[]] (0..255 * 64))
        [IO.File]::WriteAllText($prose, "It was a dark and stormy night.`nNothing was traced.`n")
        $line = 'rmap_walk_start: folio=000000005444dc5b rwc=00000000055363dd page_type=ksm locked=false'
        [IO.File]::WriteAllText($timeless, "# tracer: nop`n#`n$line`n")
    }

    It '<Name> is an error that says what to do' -ForEach $traces {
        $failure = Get-Failure $Script
        Assert-Helpful $failure
        if ($Reason) {
            Get-Reason $failure | Should -Be $Reason
        }
    }

    It 'a trace without timestamps says which option took them away' {
        $failure = Get-Failure { Import-RmapTrace -Path $timeless }
        $failure.Exception.Message | Should -Match 'context-info'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'echo 1 > .*/options/context-info'
    }

    It 'no line of a file that is no trace is withheld' {
        (Get-Failure { Import-RmapTrace -Path $prose }).Exception.Message | Should -Match 'dark and stormy'
    }

    It 'an error for one file does not end the others' {
        $capture = Get-Capture '6.12-native/ksm.trace.txt'
        $events = Import-RmapTrace -Path $prose, $capture.FullName -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.Count | Should -Be 1
        $events.Count | Should -Be 12
    }
}
