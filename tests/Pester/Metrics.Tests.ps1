BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'ConvertTo-KsmMetric' {
    BeforeAll {
        $status = Get-KsmStatus
        $live = $status | ConvertTo-KsmMetric
    }

    It 'says the same of an object that comes from <Form>' -ForEach @(
        @{ Form = 'JSON'; Stored = { $args[0] | ConvertTo-Json -Depth 4 | ConvertFrom-Json } }
        @{ Form = 'CSV'; Stored = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv } }
    ) {
        & $Stored $status | ConvertTo-KsmMetric | Should -BeExactly $live
        $live | Should -Match '(?m)^ksm_ksmd_cpu_seconds_total '
    }

    It 'says the same of settings that come from CSV' {
        $settings = Get-KsmConfiguration
        $settings | ConvertTo-Csv | ConvertFrom-Csv | ConvertTo-KsmMetric | Should -BeExactly ($settings | ConvertTo-KsmMetric)
    }

    It 'makes a file that ends where OpenMetrics ends' {
        $file = Join-Path $TestDrive 'ksm.om'
        $live | Set-Content $file
        [IO.File]::ReadAllText($file) | Should -Match "\n# EOF\n\z"
    }
}

Describe 'Export-KsmMetric' {
    It 'leaves nothing but the whole file' {
        $file = Join-Path $TestDrive 'walks.prom'
        Measure-RmapWalk -Path (Get-Capture '6.12-native/ksm.trace.txt') | Export-KsmMetric $file
        Get-Content $file -Raw | Should -Match '(?m)^rmap_walk_duration_seconds_count\{page_type="ksm"\} 6$'
        Get-ChildItem $TestDrive -Force -Filter '*walks.prom*' | Should -HaveCount 1
    }
}
