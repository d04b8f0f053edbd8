BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
    $name = 'ksmtools-pester'
    $tracing = '/sys/kernel/tracing'

    function Assert-KsmEvent {
        Assert-WritableKsm
        if (-not (Test-Path "$tracing/trace_clock")) {
            # Enable-KsmTrace mounts it; whether the kernel has the events is known only then.
            $failure = try { Enable-KsmTrace $name } catch { $_ }
            Remove-KsmTrace "$name*"
            if ($failure) {
                Set-ItResult -Skipped -Because "$failure"
            }
        } elseif (-not (Test-Path "$tracing/events/ksm")) {
            Set-ItResult -Skipped -Because 'needs a kernel with the tracepoints of KSM'
        }
    }

    # What a session could leave behind.
    function Get-TraceState {
        "sessions: $(Get-ChildItem /run/ksmtools/sessions -Name -ErrorAction Ignore)"
        "mounts: $(Get-Content /proc/self/mounts | Where-Object { $_ -match ' /sys/kernel/tracing ' })"
        if (Test-Path "$tracing/trace_clock") {
            foreach ($file in 'tracing_on', 'trace_clock', 'buffer_size_kb', 'set_event', 'saved_cmdlines_size', 'dynamic_events', 'error_log') {
                "${file}: $(Get-Content "$tracing/$file")"
            }

            "instances: $(Get-ChildItem "$tracing/instances" -Name)"
        }
    }
}

Describe 'KSM''s own events' {
    BeforeEach {
        $before = Get-TraceState
    }

    AfterEach {
        Remove-KsmTrace "$name*" -Confirm:$false
        Get-TraceState | Should -Be $before
    }

    It 'records a merge, shows it, measures it, and leaves nothing' {
        Assert-KsmEvent
        $session = Enable-KsmTrace $name -BufferSize 4MB -PassThru
        $session.Enabled | Should -BeTrue
        $region = New-RmapRegion Ksm 5000
        try {
            $null = Invoke-KsmMerge -Id $PID
        } finally {
            Remove-RmapRegion $region -Confirm:$false
        }

        Disable-KsmTrace $name
        $events = Get-KsmEvent $name
        $events.Count | Should -Be (Get-KsmTrace $name).Entries
        $events[0] | Should -BeOfType 'KsmTools.Tracing.KsmEvents.KsmEvent'
        $scans = Measure-KsmScan $name
        $scans.PagesMerged | Should -BeGreaterOrEqual 5000
        # Less only where the second half of a merge failed.
        $scans.PagesMerged | Should -BeLessOrEqual ($events | Where-Object { $_.Kind -eq 'MergeWithKsmPage' -and $_.Error -eq 0 }).Count
        $scans.Scans | Should -Be ($events | Where-Object Kind -EQ StopScan).Count
        $scans.LostEvents | Should -Be 0

        # Through remoting they are the same, and look the same.
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($events[0..99]))
        ($copies | Measure-KsmScan).PagesMerged | Should -Be ($events[0..99] | Measure-KsmScan).PagesMerged
        $copies | Out-String | Should -Be ($events[0..99] | Out-String)
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-KsmTrace $name)))
        $copy | Out-String | Should -Be (Get-KsmTrace $name | Out-String)

        # Following takes them out.
        @(Get-KsmEvent $name -Timeout 100ms).Count | Should -Be $events.Count
        @(Get-KsmEvent $name).Count | Should -Be 0
    }

    It 'writes nothing under -WhatIf' {
        Assert-KsmEvent
        Enable-KsmTrace $name -WhatIf
        Get-TraceState | Should -Be $before
    }

    It 'completes names, events and clocks' {
        Assert-KsmEvent
        Enable-KsmTrace $name -Event StartScan
        (TabExpansion2 'Get-KsmTrace ksmtools-pe').CompletionMatches.CompletionText | Should -Contain $name
        (TabExpansion2 'Get-RmapTrace ksmtools-pe').CompletionMatches.CompletionText | Should -Not -Contain $name
        (TabExpansion2 'Enable-KsmTrace -Event Merge').CompletionMatches.CompletionText | Should -Be 'MergeOnePage', 'MergeWithKsmPage'
        (TabExpansion2 'Enable-KsmTrace -Clock mono').CompletionMatches.CompletionText | Should -Contain 'mono_raw'
    }

    It 'says <Reason> for <Command>' -ForEach @(
        @{ Command = 'Get-KsmEvent nothing'; Reason = 'TraceSessionNotFound' }
        @{ Command = 'Measure-KsmScan nothing'; Reason = 'TraceSessionNotFound' }
        @{ Command = 'Enable-KsmTrace a/b'; Reason = 'KnobValueInvalid' }
        @{ Command = 'Enable-KsmTrace ksmtools-pester -Clock sundial'; Reason = 'KnobValueInvalid' }
    ) {
        Assert-KsmEvent
        $failure = Get-Failure ([scriptblock]::Create($Command))
        Get-Reason $failure | Should -Be $Reason
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-TraceState | Should -Be $before
    }
}
