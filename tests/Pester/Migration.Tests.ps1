BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'Testing that merged pages migrate' {
    It 'tests each scenario, and every knob is afterwards as before' {
        Assert-WritableKsm
        $before = Get-KnobState
        $results = Test-KsmMigration -PageCount 16
        $results.Scenario | Should -Be ([KsmTools.Migration.KsmMigrationScenario].GetEnumValues())
        foreach ($result in $results) {
            $result.Result | Should -BeIn 'Pass', 'Skip' -Because $result.Reason
            $result.PagesShared | Should -Be 1
            $result.PagesSharing | Should -Be $(if ($result.Scenario -eq 'Mremap') { 7 } else { 15 })
            $result.MigratedPages | Should -Be $(if ($result.Result -eq 'Pass') { 1 } else { 0 })
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
        $answer | Should -Be ($warnings.Count -lt [KsmTools.Migration.KsmMigrationScenario].GetEnumValues().Count)
        foreach ($warning in $warnings) {
            $warning | Should -Match 'was skipped'
        }
    }
}
