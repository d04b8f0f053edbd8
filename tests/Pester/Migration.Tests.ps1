BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'Testing that merged pages migrate' {
    It 'tests each scenario, and every knob is afterwards as before' {
        Assert-WritableKsm
        $before = Get-KnobState
        $results = Test-KsmMigration -PageCount 16
        $results | ForEach-Object { "$($_.Scenario) $($_.PageType)" } |
            Should -Be 'Basic Ksm', 'Mremap Ksm', 'Fork Ksm', 'Process Ksm', 'Tree Ksm', 'Tree Anon', 'Tree Shared', 'Tree File', 'Swap Ksm'
        foreach ($result in $results) {
            $result.Result | Should -BeIn 'Pass', 'Skip' -Because $result.Reason
            $tried = $null -ne $result.Trigger
            $merged = $tried -and $result.PageType -eq 'Ksm'
            $result.PagesShared | Should -Be $(if ($merged) { 1 })
            $result.PagesSharing | Should -Be $(if ($merged) { switch ($result.Scenario) { Mremap { 7 } Tree { 123 } default { 15 } } })
            $result.MigratedPages | Should -BeIn $(if ($result.Result -eq 'Pass') { if ($merged) { 1 } else { 1..4 } } else { 0 })
            if (-not $tried) {
                $result.Scenario | Should -BeIn 'Process', 'Swap' -Because $result.Reason
            }

            [bool] $result.Remedy | Should -Be ($result.Result -eq 'Skip')
        }

        Get-KnobState | Should -Be $before
        Test-Path /run/ksmtools/journal | Should -BeFalse

        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($results))
        $copy | Out-String | Should -Be ($results | Out-String)
    }

    It 'answers a gate with one value, and says what it left out' {
        Assert-WritableKsm
        $answer = Test-KsmMigration -Quiet -PageCount 16 -WarningVariable warnings -WarningAction SilentlyContinue
        $answer | Should -BeOfType bool
        $answer | Should -Be ($warnings.Count -lt 9)
        foreach ($warning in $warnings) {
            $warning | Should -Match 'was skipped'
        }
    }
}
