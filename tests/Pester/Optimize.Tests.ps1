BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'Tuning by a policy' {
    BeforeEach {
        $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive ([guid]::NewGuid()))
    }

    AfterEach {
        $env:KSMTOOLS_ROOT = $null
    }

    It 'recommends, and what it recommends can be set' {
        $recommendation = Optimize-Ksm -Policy ScanTime -TargetScanTime 10m -MaximumCpu 30
        $recommendation.Applied | Should -BeFalse
        $recommendation.Changes.Knob | Should -Be 'AdvisorMaxCpu', 'AdvisorTargetScanTime', 'AdvisorMode'
        $recommendation.Recommended | Set-KsmConfiguration
        $now = Get-KsmConfiguration
        $now.AdvisorTargetScanTime | Should -Be 600
        $now.AdvisorMaxCpu | Should -Be 30
    }

    It 'steps up under pressure, down afterwards, and back' {
        $before = Get-KsmConfiguration | ConvertTo-Json
        (Optimize-Ksm MemoryPressure -Threshold 90% -Apply).Action | Should -Be 'Boost'
        (Get-KsmConfiguration).PagesToScan | Should -Be 400
        $relieved = @{ Policy = 'MemoryPressure'; Threshold = 0.1; MinimumThreshold = 1GB; Apply = $true }
        (Optimize-Ksm @relieved).Action | Should -Be 'Decay'
        (Optimize-Ksm @relieved -Decay 5000).Changes[0].After | Should -Be '64'
        (Optimize-Ksm @relieved).Action | Should -Be 'Stop'
        (Optimize-Ksm @relieved).Action | Should -Be 'None'
        Get-KsmConfiguration | ConvertTo-Json | Should -Be $before
        Test-Path "$env:KSMTOOLS_ROOT/run/ksmtools/memory-pressure" | Should -BeFalse
    }

    It 'goes on until the pipeline ends, and takes back what it set' {
        (Optimize-Ksm MemoryPressure -Threshold 90% -Apply -Continuous -Interval 50ms | Select-Object -First 3).Action | Should -Be 'Boost', 'Boost', 'Boost'
        (Get-KsmConfiguration).PagesToScan | Should -Be 100
        (Get-KsmConfiguration).Run | Should -Be 'Stopped'
        Test-Path "$env:KSMTOOLS_ROOT/run/ksmtools/journal" | Should -BeFalse
    }

    It 'says which parameters a policy has' {
        $failure = Get-Failure { Optimize-Ksm WalkLatency -TargetScanTime 10 }
        Get-Reason $failure | Should -Be 'KnobValueInvalid'
        $failure.ErrorDetails.RecommendedAction | Should -Match '-MaximumWalkLatency'
        Get-Reason (Get-Failure { Optimize-Ksm WalkLatency }) | Should -Be 'KnobValueInvalid'
    }

    It 'names a kernel without an advisor' {
        $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive ([guid]::NewGuid())) -Without 'advisor_mode', 'advisor_max_cpu', 'advisor_target_scan_time'
        Get-Reason (Get-Failure { Optimize-Ksm ScanTime }) | Should -Be 'KnobNotSupported'
    }
}

Describe 'Measuring walks on the running kernel' {
    It 'finds a max_page_sharing for a budget, and every knob is afterwards as before' {
        Assert-WritableKsm
        if (-not (Test-Writable $compactMemory)) { Set-ItResult -Skipped -Because 'needs memory compaction' }
        if ((Get-KsmStatus).PagesShared) { Set-ItResult -Skipped -Because 'other memory is merged' }
        $before = Get-KnobState
        $recommendation = Optimize-Ksm WalkLatency -MaximumWalkLatency 1h -MaxPageSharing 16 -PageCount 100 -Iterations 1 -Source Elapsed -Trigger Compaction
        $recommendation.MaxPageSharing | Should -Be 16
        $recommendation.Measurements.Count | Should -Be 2
        $recommendation.Applied | Should -BeFalse
        Get-KnobState | Should -Be $before
        Test-Path /run/ksmtools/journal | Should -BeFalse

        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($recommendation))
        $copy | Out-String | Should -Be ($recommendation | Out-String)
        $copy.Measurements | Out-String | Should -Be ($recommendation.Measurements | Out-String)
        $copy | Format-List | Out-String | Should -Be ($recommendation | Format-List | Out-String)
    }
}
