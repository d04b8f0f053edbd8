BeforeDiscovery {
    $changes = @(
        @{ Name = 'Set-KsmConfiguration'; Script = { Set-KsmConfiguration -PagesToScan 999 -Run Running -WhatIf } }
        @{ Name = 'Reset-KsmConfiguration'; Script = { Reset-KsmConfiguration -WhatIf } }
        @{ Name = 'Restore-KsmConfiguration'; Script = { Restore-KsmConfiguration -WhatIf } }
        @{ Name = 'Save-KsmConfiguration'; Script = { Save-KsmConfiguration -Path (Join-Path $target 'ksm.conf') -WhatIf } }
        @{ Name = 'Export-RmapReport'; Script = { Export-RmapReport (Join-Path $target 'report.html') (Get-Capture '6.12-native/ksm.trace.txt') -WhatIf } }
        @{ Name = 'Export-KsmMetric'; Script = { Export-KsmMetric (Join-Path $target 'ksm.prom') -WhatIf } }
        @{ Name = 'Start-Ksm'; Script = { Start-Ksm -WhatIf } }
        @{ Name = 'Stop-Ksm'; Script = { Stop-Ksm -WhatIf; Stop-Ksm -Unmerge -WhatIf; Stop-Ksm -Unmerge -Force -WhatIf } }
        # A recommendation is no change.
        @{ Name = 'Optimize-Ksm'; Script = { $null = Optimize-Ksm ScanTime -TargetScanTime 77 -Apply -WhatIf; $null = Optimize-Ksm MemoryPressure -Threshold 1 -Apply -WhatIf } }
        @{ Name = 'Optimize-Ksm WalkLatency'; Script = { try { Optimize-Ksm WalkLatency -MaximumWalkLatency 5ms -Apply -WhatIf -ErrorAction SilentlyContinue } catch { $null = $_ } } }
        @{ Name = 'Invoke-KsmMerge'; Script = { Invoke-KsmMerge -WhatIf } }
        @{ Name = 'Start-KsmProcess'; Script = { Start-KsmProcess -FilePath touch -ArgumentList (Join-Path $target 'started') -WhatIf } }
        @{ Name = 'New-RmapRegion'; Script = { New-RmapRegion -PageType Anon -PageCount 4 -WhatIf } }
        @{ Name = 'Remove-RmapRegion'; Script = { Remove-RmapRegion $region -WhatIf } }
        @{ Name = 'Enable-RmapTrace'; Script = { Enable-RmapTrace -WhatIf } }
        @{ Name = 'Disable-RmapTrace'; Script = { Disable-RmapTrace * -WhatIf } }
        @{ Name = 'Clear-RmapTrace'; Script = { Clear-RmapTrace * -WhatIf } }
        @{ Name = 'Remove-RmapTrace'; Script = { Remove-RmapTrace * -WhatIf } }
        @{ Name = 'Enable-KsmTrace'; Script = { Enable-KsmTrace -WhatIf } }
        @{ Name = 'Disable-KsmTrace'; Script = { Disable-KsmTrace * -WhatIf } }
        @{ Name = 'Remove-KsmTrace'; Script = { Remove-KsmTrace * -WhatIf } }
        # What these are asked for need not be there, which is an error and writes nothing either.
        @{ Name = 'Save-RmapTrace'; Script = { try { Save-RmapTrace (Join-Path $target 'x.dat') -WhatIf -ErrorAction SilentlyContinue } catch { $null = $_ } } }
        @{ Name = 'Move-ProcessPage'; Script = { try { Move-ProcessPage -Id $PID -Address $region.Address -Node 1 -WhatIf -ErrorAction SilentlyContinue } catch { $null = $_ } } }
        @{ Name = 'Test-KsmMigration'; Script = { try { Test-KsmMigration -WhatIf -ErrorAction SilentlyContinue } catch { $null = $_ } } }
        @{ Name = 'Invoke-RmapWalk'; Script = { try { Invoke-RmapWalk $region -WhatIf -ErrorAction SilentlyContinue } catch { $null = $_ } } }
        @{ Name = 'Invoke-RmapBenchmark'; Script = { try { Invoke-RmapBenchmark -WhatIf -ErrorAction SilentlyContinue } catch { $null = $_ } } }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'Nothing is written under -WhatIf' {
    BeforeAll {
        $region = New-RmapRegion -PageType Anon -PageCount 4
        $cases = 'Set-KsmConfiguration', 'Reset-KsmConfiguration', 'Restore-KsmConfiguration', 'Save-KsmConfiguration', 'Start-Ksm',
        'Stop-Ksm', 'Invoke-KsmMerge', 'Start-KsmProcess', 'New-RmapRegion', 'Remove-RmapRegion',
        'Enable-RmapTrace', 'Disable-RmapTrace', 'Clear-RmapTrace', 'Remove-RmapTrace', 'Save-RmapTrace', 'Enable-KsmTrace', 'Disable-KsmTrace',
        'Remove-KsmTrace', 'Move-ProcessPage', 'Invoke-RmapWalk', 'Invoke-RmapBenchmark', 'Test-KsmMigration', 'Export-KsmMetric', 'Export-RmapReport', 'Optimize-Ksm'
    }

    AfterAll {
        Remove-RmapRegion $region -Confirm:$false
    }

    It 'covers every command that changes something' {
        Get-Command -Module KsmTools | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name | Sort-Object |
            Should -Be ($cases | Sort-Object)
    }

    Context '<Name>' -ForEach $changes {
        BeforeEach {
            $target = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        }

        AfterEach {
            $env:KSMTOOLS_ROOT = $null
        }

        It 'leaves a tree as it is, byte for byte' {
            $tree = New-KsmTree (Join-Path $target 'tree') -Value @{ run = 1; pages_to_scan = 321; smart_scan = 0 }
            # What a killed command leaves: process 1 never wrote it.
            $null = New-Item -ItemType Directory (Join-Path $tree 'run/ksmtools')
            [IO.File]::WriteAllText((Join-Path $tree 'run/ksmtools/journal'), "command=Invoke-KsmMerge`nprocess=0`ntime=now`npages_to_scan=100`nrun=0`n")
            $before = Get-TreeState $target
            $env:KSMTOOLS_ROOT = $tree
            try {
                $output = & $Script 3> $null
            } catch {
                # A command may refuse a tree; that writes nothing either.
                Get-Reason $_ | Should -BeIn 'KsmNotSupported', 'AccessDenied'
            }

            $output | Should -BeNullOrEmpty
            Get-TreeState $target | Should -Be $before
        }

        It 'leaves the running kernel as it is' {
            Assert-WritableKsm
            $before = Get-KnobState
            $journal = @(if (Test-Path /run/ksmtools) { Get-TreeState /run/ksmtools })
            & $Script 3> $null | Should -BeNullOrEmpty
            Get-KnobState | Should -Be $before
            @(if (Test-Path /run/ksmtools) { Get-TreeState /run/ksmtools }) | Should -Be $journal
            Get-ChildItem $target | Should -BeNullOrEmpty
        }
    }

    It 'leaves a region in place' {
        $kept = New-RmapRegion -PageType Anon -PageCount 4
        Remove-RmapRegion $kept -WhatIf
        (Get-Content /proc/self/maps) -match ('^{0:x8}' -f $kept.Address) | Should -Not -BeNullOrEmpty
        Remove-RmapRegion $kept -Confirm:$false
        (Get-Content /proc/self/maps) -match ('^{0:x8}' -f $kept.Address) | Should -BeNullOrEmpty
    }
}
