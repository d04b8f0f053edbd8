BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1')
    $types = (Get-Command -Module KsmTools).OutputType.Type | Where-Object FullName -Like 'KsmTools.*' | ForEach-Object Name | Sort-Object -Unique |
        ForEach-Object { @{ Name = $_ } }
    $transports = @{ Transport = 'a serialised pipe' }, @{ Transport = 'Export-Clixml' }, @{ Transport = 'Invoke-Command -HostName' }
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    . $PSScriptRoot/Loopback.ps1
    Import-Module $manifest
    $tree = New-KsmTree (Join-Path $TestDrive 'merged')

    # What lacks on a machine, or is in another command's hands; any other error is one of ours.
    $lacking = 'AccessDenied', 'KnobBusy', 'KsmNotSupported', 'NumaSingleNode', 'ProbeNotAvailable', 'TraceFsNotAvailable', 'TriggerNotSupported'

    # One far shell writes both to its pipe and to a file.
    $file = Join-Path $TestDrive 'fleet.xml'
    $script = Join-Path $PSScriptRoot 'Fleet.ps1'
    $knobs = @(if (Test-Path $ksmFolder) { Get-KnobState })
    $received = @{
        'a serialised pipe' = @(Invoke-Pwsh -NoProfile -NonInteractive -OutputFormat Xml -File $script $manifest $tree $file)
        'Export-Clixml'     = @(Import-Clixml $file)
    }
    $noSession = Test-Loopback
    if (-not $noSession) {
        $far = { Invoke-Command $args[0] -FilePath $script -ArgumentList $manifest, $tree }
        $received['Invoke-Command -HostName'] = @(Invoke-Loopback (Join-Path $TestDrive 'ssh') $far)
    }
}

Describe 'Objects that come over <Transport>' -ForEach $transports {
    BeforeAll {
        $fleet = @{}
        $objects = [Collections.Generic.List[object]]::new()
        foreach ($item in $received[$Transport]) {
            if ($item.PSObject.Properties['FleetType']) {
                $fleet[$item.FleetType] = @{ Report = $item; Objects = $objects.ToArray() }
                $objects.Clear()
            } else {
                $objects.Add($item)
            }
        }
    }

    It '<Name> keeps its properties, its table and its list' -ForEach $types {
        if (-not $received[$Transport]) {
            Set-ItResult -Skipped -Because $noSession
        }

        $fleet.Keys | Should -Contain $Name -Because 'Fleet.ps1 makes every type that the module writes'
        $report = $fleet[$Name].Report
        if ($report.Reason -in $lacking) {
            Set-ItResult -Skipped -Because $report.Message
        }

        $report.Message | Should -BeNullOrEmpty
        $copies = $fleet[$Name].Objects
        $copies.Count | Should -Be $report.Count
        $copies[0].PSTypeNames[0] | Should -Be "Deserialized.$($report.FullName)"
        $copies[0].PSObject.Properties.Name | Where-Object { $_ -in $report.Names } | Should -Be $report.Names
        foreach ($property in $report.Texts.Keys) {
            "$($copies[0].$property)" | Should -Be $report.Texts[$property] -Because $property
        }

        # Objects within are objects still, and not their texts.
        foreach ($property in $report.Parts.Keys) {
            $part = @($copies[0].$property)
            '{0} {1}' -f $part.Count, $part[0].PSTypeNames[0] | Should -Be $report.Parts[$property] -Because $property
        }

        foreach ($copy in $copies) {
            if ($Transport -match 'HostName') {
                $copy.PSComputerName | Should -Be '127.0.0.1'
            }

            # What the session adds has no place in the views of the type.
            'PSComputerName', 'RunspaceId', 'PSShowComputerName' | ForEach-Object { $copy.PSObject.Properties.Remove($_) }
        }

        foreach ($view in 'Table', 'List', 'Default') {
            Get-View $copies $view | Should -Be $report.$view -Because "the $view is the same on both sides"
        }
    }
}

Describe 'What made them' {
    It 'leaves every knob as it was' {
        Assert-Ksm
        Get-KnobState | Should -Be $knobs
    }
}

Describe 'The status of 1,000 hosts' {
    BeforeAll {
        $kinds = foreach ($i in 0..9) {
            $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive 'host') -Value @{ run = $i % 2; pages_sharing = $i * $i; general_profit = ($i - 3) * 4096 }
            [System.Management.Automation.PSSerializer]::Serialize((Get-KsmStatus))
        }

        $env:KSMTOOLS_ROOT = $null
        $status = foreach ($i in 0..999) {
            [System.Management.Automation.PSSerializer]::Deserialize($kinds[$i % 10]) | Add-Member PSComputerName "host$i" -PassThru
        }
    }

    It 'groups by run state and by verdict' {
        $groups = $status | Group-Object RunState
        $groups.Name | Should -Be 'Running', 'Stopped'
        $groups.ForEach('Count') | Should -Be 500, 500
        $groups = $status | Group-Object Verdict
        $groups.Name | Should -Be 'Merging', 'Stopped', 'Unprofitable'
        $groups.ForEach('Count') | Should -Be 400, 500, 100
        $groups[2].Group.Profit | Sort-Object -Unique | Should -Be -8192
    }

    It 'sorts by bytes as numbers' {
        $sorted = $status | Sort-Object SavedBytes -Descending
        $sorted[0].PSComputerName | Should -Match '^host\d*9$'
        $sorted[0].SavedBytes | Should -Be (81 * 4096)
        # As text, 16384 would come before 4096.
        $sorted.SavedBytes | Sort-Object -Unique | Should -Be (0..9 | ForEach-Object { $_ * $_ * 4096 })
        ($status | Measure-Object SavedBytes -Sum).Sum | Should -Be (100 * 285 * 4096)
    }

    It 'is filtered by words and by numbers' {
        @($status | Where-Object Verdict -EQ Merging).Count | Should -Be 400
        @($status | Where-Object RunState -EQ Running).Count | Should -Be 500
        @($status | Where-Object Profit -LT 0).Count | Should -Be 300
    }

    It 'says whose each object is' {
        $table = $status | Select-Object -First 2 | Format-Table PSComputerName, Verdict, SavedBytes | Out-String
        $table | Should -Match 'host0\s+Stopped\s+0\s'
        $table | Should -Match 'host1\s+Unprofitable\s+4096\s'
    }
}

Describe 'ForEach-Object -Parallel' {
    It 'gives what one after another gives, from the first moment of a process on' {
        # A fresh process: the runspaces load the module, its packages and its resources at once.
        $answers = Invoke-FreshPwsh @"
            Remove-Module KsmTools
            . '$PSScriptRoot/Support.ps1'
            `$env:KSMTOOLS_ROOT = '$tree'
            `$files = 'ksm.trace.txt', 'mixed.trace.txt.gz', 'ksm.dat', 'anon.dat', 'ksm.perf.script.txt' | ForEach-Object { (Get-Capture "6.12-kprobe/`$_").FullName }
            `$work = {
                Import-Module '$manifest'
                `$file = `$_
                `$walks = @(Import-RmapTrace `$file -AsWalk)
                `$status = Get-KsmStatus | Select-Object * -ExcludeProperty Time, KsmdCpuTime
                "`${file} " + ((Measure-RmapWalk -Path `$file) | ConvertTo-Json -Depth 4 -Compress) + (`$walks | ConvertTo-Json -Compress) + (`$status | ConvertTo-Json -Compress)
            }
            `$parallel = (`$files * 6) | ForEach-Object -ThrottleLimit 6 -Parallel `$work | Sort-Object -Unique
            `$sequential = `$files | ForEach-Object `$work | Sort-Object -Unique
            `$parallel.Count
            [string]::Join("``n", `$parallel) -eq [string]::Join("``n", `$sequential)
            (`$sequential -join '').Length
"@
        $LASTEXITCODE | Should -Be 0
        $answers[0] | Should -Be 5
        $answers[1] | Should -Be 'True'
        [int] $answers[2] | Should -BeGreaterThan 10000
    }
}
