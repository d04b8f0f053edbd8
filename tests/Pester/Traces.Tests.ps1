BeforeDiscovery {
    # Paired per thread by an independent script; durations in microseconds.
    $captures = @(
        @{ File = '6.12-native/ksm.trace.txt'; Type = 'Ksm'; Walks = 6; Minimum = 539426; Mean = 1130839.833; Maximum = 1720814 }
        @{ File = '6.12-native/anon.trace.txt'; Type = 'Anon'; Walks = 6; Minimum = 22; Mean = 163.333; Maximum = 552 }
        @{ File = '6.12-native/file.trace.txt'; Type = 'File'; Walks = 6; Minimum = 18; Mean = 126.167; Maximum = 485 }
        @{ File = '6.12-native/mixed.trace.txt.gz'; Type = 'Ksm'; Walks = 8; Minimum = 42874; Mean = 81385.875; Maximum = 114312 }
        @{ File = '6.12-native/mixed.trace.txt.gz'; Type = 'Anon'; Walks = 4800; Minimum = 2; Mean = 21.934; Maximum = 8593 }
        @{ File = '6.12-native/mixed.trace.txt.gz'; Type = 'File'; Walks = 3600; Minimum = 2; Mean = 39.492; Maximum = 12069 }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe '<File>, <Type>' -ForEach $captures {
    BeforeAll {
        $capture = Get-Capture $File
    }

    It 'has the stated figures from the pipeline' {
        $figures = Import-RmapTrace -Path $capture -Format Text | ConvertTo-RmapWalk | Where-Object PageType -EQ $Type |
            Measure-Object DurationMicroseconds -Average -Minimum -Maximum
        $figures.Count | Should -Be $Walks
        $figures.Minimum | Should -Be $Minimum
        $figures.Maximum | Should -Be $Maximum
        [math]::Round($figures.Average, 3) | Should -Be $Mean
    }

    It 'has the stated figures from Measure-RmapWalk -Path' {
        $statistics = Measure-RmapWalk -Path $capture | Where-Object PageType -EQ $Type
        $statistics.Count | Should -Be $Walks
        $statistics.MinimumNanoseconds | Should -Be ($Minimum * 1000)
        $statistics.MaximumNanoseconds | Should -Be ($Maximum * 1000)
        [math]::Round($statistics.MeanNanoseconds / 1000, 3) | Should -Be $Mean
        $statistics.UnmatchedStarts | Should -Be 0
        $statistics.UnmatchedEnds | Should -Be 0
    }

    It 'has the same statistics from walks in the pipeline' {
        $path = Measure-RmapWalk -Path $capture | Where-Object PageType -EQ $Type
        $piped = Import-RmapTrace -Path $capture | ConvertTo-RmapWalk | Measure-RmapWalk | Where-Object PageType -EQ $Type
        foreach ($name in 'Count', 'MinimumNanoseconds', 'MeanNanoseconds', 'P50Nanoseconds', 'P99Nanoseconds', 'MaximumNanoseconds', 'TotalNanoseconds') {
            $piped.$name | Should -Be $path.$name -Because $name
        }
    }
}

Describe 'A line that is not read' {
    It 'is counted, and shown with its number' {
        $path = Join-Path $TestDrive 'trace.txt'
        $good = '            ksmd-57      [002] ..... 123.000100: rmap_walk_start: folio=0xff rwc=0xea page_type=ksm locked=false'
        Set-Content $path '# tracer: nop', $good, $good.Replace('[002]', '{002}').Replace('start', 'end')
        $measured = Measure-RmapWalk -Path $path -WarningVariable warnings -WarningAction SilentlyContinue
        $measured.UnmatchedStarts | Should -Be 1
        "$warnings" | Should -BeLike '*: 1 events could not be read*line 3: * rmap_walk_end: *'
    }
}

Describe 'A pipeline of walks' {
    BeforeAll {
        $capture = Get-Capture '6.12-native/mixed.trace.txt.gz'
    }

    It 'sorts by duration' {
        $longest = Import-RmapTrace $capture | ConvertTo-RmapWalk | Sort-Object DurationNanoseconds -Descending | Select-Object -First 5
        $longest.PageType | Select-Object -Unique | Should -Be 'Ksm'
        $longest[0].DurationMicroseconds | Should -Be 114312
        $longest[0].Duration | Should -BeOfType timespan
    }

    It 'takes files from Get-ChildItem, and wildcards' {
        $folder = Split-Path (Get-Capture '6.12-native/ksm.trace.txt')
        $piped = Get-ChildItem $folder -Filter '*.trace.txt' | Import-RmapTrace
        $wild = Import-RmapTrace -Path (Join-Path $folder '*.trace.txt')
        $piped.Count | Should -Be 36
        $wild.Count | Should -Be 36
    }

    It 'groups by what is asked for' {
        $groups = Measure-RmapWalk -Path $capture -GroupBy Cpu
        ($groups | Measure-Object Count -Sum).Sum | Should -Be 8408
        $groups.Cpu | Should -Not -Contain $null
    }

    It 'stops early when enough has come' {
        @(Import-RmapTrace $capture | Select-Object -First 3).Count | Should -Be 3
    }
}
