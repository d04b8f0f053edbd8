BeforeDiscovery {
    . $PSScriptRoot/Support.ps1
    . $PSScriptRoot/CheckRuns.ps1
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
    $slow = (Get-Capture '6.12-native/ksm.trace.txt').FullName
    $overrun = (Get-Capture 'thp-locked/overrun.trace.txt').FullName

    # A ksmd that counts on, ten times a second; files are moved into place, so that no reader sees one that is empty.
    function Start-Scanner {
        param([string] $Tree, [string[]] $Counter)

        $script = 'cd "$0" && n=2000 && while sleep 0.1; do n=$((n + 1)); for f in "$@"; do echo $n > new && mv new "$f"; done; done'
        Start-Program sh (@('-c', $script, (Join-Path $Tree $ksmFolder)) + $Counter)
    }

    function New-CheckTree {
        param([hashtable] $Run, [string] $Path)

        if ($Run.NoKsm) {
            $null = New-Item -ItemType Directory (Join-Path $Path 'proc')
            return $Path
        }

        $tree = New-KsmTree $Path -Value ($Run.Tree ?? @{}) -Without $Run.Without
        if ($Run.Offers) {
            $process = New-Item -ItemType Directory (Join-Path $tree 'proc/4711')
            Set-Content (Join-Path $process 'comm') 'guest'
            Set-Content (Join-Path $process 'ksm_stat') 'ksm_rmap_items 0', 'ksm_zero_pages 0', 'ksm_merging_pages 0', 'ksm_process_profit 0',
            'ksm_merge_any: yes', 'ksm_mergeable: yes'
        }

        $tree
    }

    function New-CheckData {
        param([hashtable] $Run)

        $data = @{} + ($Run.Data ?? @{})
        if ($Run.File) {
            $data.Path = Join-Path $TestDrive $Run.File
        }

        if ($Run.Measured) {
            $data.Statistics = @(& $Run.Measured)
        }

        $data
    }

    # Runs checks in one fresh pwsh; what came of each, by its name.
    function Invoke-Check {
        param([hashtable[]] $Request)

        $file = Join-Path $TestDrive 'requests.xml'
        $answer = Join-Path $TestDrive 'results.json'
        $Request | Export-Clixml $file -Depth 6
        $log = Invoke-Pwsh -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot 'CheckRunner.ps1') -Path $file -ResultPath $answer 2>&1
        $LASTEXITCODE | Should -Be 0 -Because ($log -join "`n")
        $results = @{}
        foreach ($result in Get-Content $answer -Raw | ConvertFrom-Json) {
            $results[$result.Name] = $result
        }

        $results
    }

    function Save-Configuration {
        $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive 'saved')
        try {
            $configuration = Get-KsmConfiguration
        } finally {
            $env:KSMTOOLS_ROOT = $null
        }

        $configuration | ConvertTo-Json | Set-Content (Join-Path $TestDrive 'ksm.json')
        $configuration | Export-Csv (Join-Path $TestDrive 'ksm.csv')
        $configuration | Export-Clixml (Join-Path $TestDrive 'ksm.xml')
        '{ "AdvisorMode": "none", "SleepMilliseconds": 20, "MaxPageSharing": null }' | Set-Content (Join-Path $TestDrive 'part.json')
        '{ "PagesToScn": 100, "SleepMilliseconds": "many", "SmartScan": "maybe" }' | Set-Content (Join-Path $TestDrive 'wrong.json')
        '{}' | Set-Content (Join-Path $TestDrive 'empty.json')
    }
}

Describe 'The checks that ship' -ForEach @{ Runs = $checkRuns } {
    BeforeAll {
        Save-Configuration
        $scanners = @()
        try {
            $requests = foreach ($run in $Runs) {
                $tree = New-CheckTree $run (Join-Path $TestDrive "tree-$($Runs.IndexOf($run))")
                if ($run.Scans) {
                    $scanners += Start-Scanner $tree $run.Scans
                }

                @{ Name = $run.Name; Check = $run.Check; Data = New-CheckData $run; Root = $tree }
            }
            $results = Invoke-Check $requests
        } finally {
            Stop-Started $scanners
        }
    }

    It '<Check>: <Name> gives <Counts>' -ForEach $checkRuns {
        $result = $results[$Name]
        "$($result.Passed) $($result.Failed) $($result.Skipped)" | Should -Be $Counts -Because ($result.Message -join "`n")
        $result.Message -join "`n" | Should -Match "(?s)$Message"
        $result.Title | Should -Not -Match '<\w+>' -Because 'a name is to be filled in even where the test is skipped'
    }
}

Describe 'The checks on the running kernel' {
    BeforeAll {
        function Assert-Compaction {
            Assert-Root
            if (-not (Test-Writable $compactMemory)) {
                Set-ItResult -Skipped -Because 'needs memory compaction (CONFIG_COMPACTION)'
            }
        }
    }

    It 'see a ksmd that merges' {
        Assert-WritableKsm
        $former = Get-KsmConfiguration
        $merged = (Get-KsmStatus).PagesShared
        $region = New-RmapRegion -PageType Ksm -PageCount 2000
        try {
            Set-KsmConfiguration -PagesToScan 2000 -SleepMilliseconds 20 -AdvisorMode None
            Start-Ksm
            $result = (Invoke-Check @{ Name = 'progress'; Check = 'KsmProgress.Tests.ps1'; Data = @{ WithinSeconds = 60 }; Root = $null }).progress
        } finally {
            # ksmd counts the region's pages until it passes them; while they are counted, max_page_sharing cannot change.
            Remove-RmapRegion $region -Confirm:$false
            try {
                Wait-Condition 'ksmd has passed the region' { (Get-KsmStatus).PagesShared -le $merged }
            } finally {
                $former | Set-KsmConfiguration -Confirm:$false
            }
        }

        "$($result.Passed) $($result.Failed) $($result.Skipped)" | Should -Be '3 0 0' -Because ($result.Message -join "`n")
    }

    It 'see how long the walks in a session took, also where its source does not know their page type' {
        Assert-Compaction
        $name = 'ksmtools-pester-checks'
        $request = @{ Check = 'RmapWalkLatency.Tests.ps1'; Root = $null }
        Enable-RmapTrace $name -WarningAction Ignore
        try {
            for ($i = 0; $i -lt 50 -and -not (Measure-RmapWalk -Name $name | Where-Object MaximumNanoseconds); $i++) {
                Invoke-Compaction
            }

            Disable-RmapTrace $name
            $types = @(Measure-RmapWalk -Name $name | Where-Object MaximumNanoseconds | ForEach-Object { "$($_.PageType ?? 'Unknown')" })
            $patient = (Invoke-Check ($request + @{ Name = 'patient'; Data = @{ Session = $name; PageType = $types; MaximumP99 = '1h'; Maximum = '1h' } })).patient
            $strict = (Invoke-Check ($request + @{ Name = 'strict'; Data = @{ Session = $name; PageType = $types; MaximumP99 = '1h'; Maximum = [timespan]::Zero } })).strict
        } finally {
            Remove-RmapTrace $name
        }

        $types | Should -Not -BeNullOrEmpty
        "$($patient.Passed) $($patient.Failed)" | Should -Be "$(2 * $types.Count) 0" -Because ($patient.Message -join "`n")
        "$($strict.Passed) $($strict.Failed)" | Should -Be "$($types.Count) $($types.Count)" -Because ($strict.Message -join "`n")
        $strict.Message -join "`n" | Should -Match 'none of the \d+ walks'
    }

    It 'see what a session lost' {
        Assert-Compaction
        $name = 'ksmtools-pester-checks'
        $request = @{ Check = 'RmapLostEvents.Tests.ps1'; Data = @{ Session = $name }; Root = $null }
        Enable-RmapTrace $name -BufferSize 8KB -WarningAction Ignore
        try {
            $whole = (Invoke-Check ($request + @{ Name = 'whole' })).whole
            for ($i = 0; $i -lt 50 -and (Get-RmapTrace $name).Overrun -eq 0; $i++) {
                Invoke-Compaction
            }

            $lossy = (Invoke-Check ($request + @{ Name = 'lossy' })).lossy
        } finally {
            Remove-RmapTrace $name
        }

        $whole.Failed | Should -Be 0 -Because ($whole.Message -join "`n")
        $lossy.Failed | Should -Be 1 -Because ($lossy.Message -join "`n")
        $lossy.Message -join "`n" | Should -Match 'no events that newer ones overwrote.*-BufferSize'
    }
}
