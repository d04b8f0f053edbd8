BeforeDiscovery {
    $producers = @(
        @{ Name = 'KsmStatus'; Script = { Get-KsmStatus } }
        @{ Name = 'KsmConfiguration'; Script = { Get-KsmConfiguration } }
        @{ Name = 'KsmStatusSample'; Script = { Watch-Ksm -Count 1 -Interval 0.01 } }
        @{ Name = 'KsmCapability'; Script = { Test-KsmSupport } }
        @{ Name = 'KsmRecommendation of ScanTime'; Script = { Optimize-Ksm ScanTime -TargetScanTime 10m -MaximumCpu 5 } }
        @{ Name = 'KsmRecommendation of MemoryPressure'; Script = { Optimize-Ksm MemoryPressure -Threshold 1 } }
        @{ Name = 'RmapRegion'; Script = { $region } }
        @{ Name = 'RmapStrategyCost'; Script = { Compare-RmapStrategy 100 10 -Mremap -Calibration ([pscustomobject] @{ MeanNanoseconds = 1e6 }) -MaximumWalkDuration 1ms } }
        @{ Name = 'RmapEvent'; Script = { Import-RmapTrace (Get-Capture '6.12-native/ksm.trace.txt') } }
        @{ Name = 'RmapWalk'; Script = { Import-RmapTrace (Get-Capture '6.12-native/ksm.trace.txt') | ConvertTo-RmapWalk } }
        @{ Name = 'RmapWalkStatistics'; Script = { Measure-RmapWalk -Path (Get-Capture '6.12-native/mixed.trace.txt.gz') } }
        @{ Name = 'RmapWalkStatistics by command'; Script = { Measure-RmapWalk -Path (Get-Capture '6.12-native/mixed.trace.txt.gz') -GroupBy PageType, Command } }
        @{ Name = 'RmapWalkComparison'; Script = { Compare-RmapWalk (Get-Capture '6.12-native/mixed.trace.txt.gz') (Get-Capture '6.12-native-fixed/mixed.trace.txt.gz') -MaximumRegression 50% } }
        @{ Name = 'RmapMetricChange'; Script = { (Compare-RmapWalk (Get-Capture '6.12-native/ksm.trace.txt') (Get-Capture '6.12-native-fixed/ksm.trace.txt')).Mean } }
    )
    $onTheKernel = @(
        @{ Name = 'KsmPotential'; Script = { Measure-KsmPotential -Id $PID } }
        @{ Name = 'KsmPotential of a sample'; Script = { Measure-KsmPotential -Id $PID -Sample 10% } }
        @{ Name = 'KsmProcess'; Script = { Get-KsmProcess -Id $PID } }
        @{ Name = 'KsmStatus'; Script = { Get-KsmStatus } }
        @{ Name = 'KsmConfiguration'; Script = { Get-KsmConfiguration } }
        @{ Name = 'RmapStrategyCost'; Script = { Compare-RmapStrategy -Id $PID 3> $null } }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
    $region = New-RmapRegion -PageType Anon -PageCount 4

    # The rule below a table's headers.
    function Get-ColumnCount {
        param([string] $Table)

        $rule = $Table -split "`n" | Where-Object { $_ -match '^[- ]+$' -and $_ -match '-' } | Select-Object -First 1
        ($rule.Trim() -split ' +').Count
    }

    function Assert-View {
        param($Object)

        $Object | Should -Not -BeNullOrEmpty
        $table = Get-View $Object table 80
        ($table -split "`n" | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80 -Because $table
        Get-ColumnCount $table | Should -Be (Get-ColumnCount (Get-View $Object table 500)) -Because "no column is left out for lack of room: $table"
        # As remoting does it.
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($Object))
        foreach ($view in 'table', 'list', 'default') {
            Get-View $copy $view | Should -Be (Get-View $Object $view) -Because "the $view of a deserialised object is the same"
        }
    }
}

AfterAll {
    $env:KSMTOOLS_ROOT = $null
    Remove-RmapRegion $region -Confirm:$false
}

Describe 'Views from a tree and from files' {
    BeforeAll {
        $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive 'tree') -Value @{ general_profit = -4096; pages_sharing = '2000000000000000' }
    }

    AfterAll {
        $env:KSMTOOLS_ROOT = $null
    }

    It '<Name> fits in 80 columns, and so does what comes back from remoting' -ForEach $producers {
        Assert-View (& $Script)
    }

    It '<Name> keeps every property through Export-Clixml' -ForEach $producers {
        $objects = @(& $Script)
        $file = Join-Path $TestDrive 'objects.xml'
        $objects | Export-Clixml $file -Depth 4
        $copies = @(Import-Clixml $file)
        $copies.Count | Should -Be $objects.Count
        $copies[0].PSTypeNames[0] | Should -Be "Deserialized.$($objects[0].GetType().FullName)"
        foreach ($property in $objects[0].PSObject.Properties.Name) {
            $copies[0].PSObject.Properties.Name | Should -Contain $property
            $value = $objects[0].$property
            if ($value -is [ValueType] -or $value -is [string]) {
                "$($copies[0].$property)" | Should -Be "$value" -Because $property
            }
        }
    }

    It '<Name> can be turned into JSON' -ForEach $producers {
        & $Script | ConvertTo-Json -Depth 4 -WarningAction Stop | Test-Json | Should -BeTrue
    }

    It 'counters do not wrap, and profit can be negative' {
        $status = Get-KsmStatus
        $status.GeneralProfit | Should -Be -4096
        $status.PagesSharing | Should -Be 2000000000000000
        $status.SavedBytes | Should -Be (2000000000000000 * $status.PageSize)
    }

    It 'what does not fit in 64 bits is an error and no wrapped figure' {
        $former = $env:KSMTOOLS_ROOT
        $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive 'huge') -Value @{ pages_sharing = '9223372036854775807' }
        $failure = Get-Failure { Get-KsmStatus }
        $env:KSMTOOLS_ROOT = $former
        Get-Reason $failure | Should -Be 'KernelIoError'
    }
}

Describe 'Views from the running kernel' {
    It '<Name> fits in 80 columns' -ForEach $onTheKernel {
        Assert-Ksm
        Assert-View (& $Script)
    }
}
