BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'Settings there and back' {
    BeforeAll {
        $trips = @{
            objects = { Get-KsmConfiguration | Set-KsmConfiguration }
            json    = { Get-KsmConfiguration | ConvertTo-Json | ConvertFrom-Json | Set-KsmConfiguration }
            csv     = { Get-KsmConfiguration | ConvertTo-Csv | ConvertFrom-Csv | Set-KsmConfiguration }
            clixml  = {
                $file = Join-Path $TestDrive 'configuration.xml'
                Get-KsmConfiguration | Export-Clixml $file
                Import-Clixml $file | Set-KsmConfiguration
            }
        }
    }

    AfterEach {
        $env:KSMTOOLS_ROOT = $null
    }

    It 'changes nothing in a tree through <_>' -ForEach 'objects', 'json', 'csv', 'clixml' {
        $tree = New-KsmTree (Join-Path $TestDrive "tree-$_") -Value @{ run = 1; pages_to_scan = 321; advisor_target_scan_time = 100 }
        $before = Get-TreeState (Join-Path $tree 'sys')
        $env:KSMTOOLS_ROOT = $tree
        & $trips[$_]
        Get-TreeState (Join-Path $tree 'sys') | Should -Be $before
    }

    It 'changes nothing in the running kernel through <_>' -ForEach 'objects', 'json', 'csv', 'clixml' {
        Assert-WritableKsm
        $before = Get-KnobState
        & $trips[$_]
        Get-KnobState | Should -Be $before
    }

    It 'keeps what a kernel lacks empty, and sets the rest' {
        $tree = New-KsmTree (Join-Path $TestDrive 'old') -Without smart_scan, advisor_mode, advisor_max_cpu, advisor_min_pages_to_scan,
        advisor_max_pages_to_scan, advisor_target_scan_time, pages_skipped
        $env:KSMTOOLS_ROOT = $tree
        $configuration = Get-KsmConfiguration
        $configuration.SmartScan | Should -Be $null
        $configuration.AdvisorMode | Should -Be $null
        (Get-KsmStatus).PagesSkipped | Should -Be $null
        $before = Get-TreeState (Join-Path $tree 'sys')
        $configuration | ConvertTo-Json | ConvertFrom-Json | Set-KsmConfiguration
        Get-TreeState (Join-Path $tree 'sys') | Should -Be $before
    }
}

Describe 'A setting' {
    BeforeEach {
        Assert-WritableKsm
        $former = Get-KsmConfiguration
    }

    AfterEach {
        if ($former) {
            $former | Set-KsmConfiguration -Force -Confirm:$false
        }
    }

    It 'is what it was set to, and can be put back' {
        $set = Set-KsmConfiguration -SleepMilliseconds 77 -PassThru
        $set.SleepMilliseconds | Should -Be 77
        [IO.File]::ReadAllText("$ksmFolder/sleep_millisecs").Trim() | Should -Be '77'
        $former | Set-KsmConfiguration
        [IO.File]::ReadAllText("$ksmFolder/sleep_millisecs").Trim() | Should -Be $former.SleepMilliseconds
    }

    It 'is saved for the next boot' {
        $file = Join-Path $TestDrive 'ksm.conf'
        $saved = Save-KsmConfiguration -Path $file -PassThru
        $saved | Should -BeOfType IO.FileInfo
        Get-Content $file | Should -Contain "w $ksmFolder/sleep_millisecs - - - - $($former.SleepMilliseconds)"
    }
}
