BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'Merging for real' {
    It 'merges 20,000 split pages, and every knob is afterwards as before' {
        Assert-WritableKsm
        $before = Get-KnobState
        $baseline = Get-KsmStatus
        $region = New-RmapRegion -PageType Ksm -PageCount 20000 -SplitVma
        try {
            $result = Invoke-KsmMerge -Id $PID
            $process = Get-KsmProcess -Id $PID
        } finally {
            Remove-RmapRegion $region -Confirm:$false
        }

        $result.Converged | Should -BeTrue
        $result.FullScans | Should -BeGreaterOrEqual 2
        $result.Duration | Should -BeOfType timespan
        # For a process the kernel counts all its merged mappings, the first of each page too.
        $process.MergingPages | Should -Be 20000
        $result.PagesMerged | Should -Be 20000
        $freed = 20000 - [math]::Ceiling(20000 / [int](Get-Content (Join-Path $ksmFolder max_page_sharing)))
        $result.BytesSaved / $result.After.PageSize | Should -BeGreaterThan (0.99 * $freed) -Because 'frames are what is freed'
        $result.BytesSaved / $result.After.PageSize | Should -BeLessOrEqual $freed
        if ($baseline.PagesSharing -eq 0 -and (Get-KsmConfiguration).MaxPageSharing -eq 256) {
            $result.After.PagesShared | Should -Be 79
            $result.After.PagesSharing | Should -Be 19921
            $result.After.SavedBytes | Should -Be (19921 * $result.After.PageSize)
        }

        Get-KnobState | Should -Be $before
        Test-Path /run/ksmtools/journal | Should -BeFalse

        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($result))
        $copy.After.PagesSharing | Should -Be $result.After.PagesSharing -Because 'remoting keeps what is inside'
        $copy | Out-String | Should -Be ($result | Out-String)
    }

    It 'says after a kill -9 what was left, and Restore-KsmConfiguration puts it back' {
        Assert-WritableKsm
        $before = Get-KnobState
        $command = "Import-Module '$manifest'; `$r = New-RmapRegion -PageType Ksm -PageCount 200000; Invoke-KsmMerge -PagesToScan 10 -SleepMilliseconds 50 -Timeout 600"
        $process = Start-Pwsh $command
        try {
            Wait-Condition 'the other process has set pages_to_scan' { (Get-Content "$ksmFolder/pages_to_scan") -eq '10' }
            # The lock is held by the other one.
            Get-Reason (Get-Failure { Invoke-KsmMerge }) | Should -Be 'KnobBusy'
        } finally {
            Stop-Started $process
            $left = Get-KnobState
            $null = Get-KsmStatus -WarningVariable warnings -WarningAction SilentlyContinue
            Restore-KsmConfiguration -Confirm:$false
        }

        $left | Should -Not -Be $before
        $warnings | Should -Match 'Restore-KsmConfiguration'
        Get-KnobState | Should -Be $before
        $null = Get-KsmStatus -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeNullOrEmpty
    }
}

Describe 'A program whose whole memory merges' {
    It 'is marked so' {
        Assert-Ksm
        $process = Start-KsmProcess -FilePath sleep -ArgumentList 30
        try {
            $process | Should -BeOfType Diagnostics.Process
            (Get-KsmProcess -Id $process.Id).MergeAny | Should -BeIn $true, $null
        } finally {
            Stop-Started $process
        }
    }
}
