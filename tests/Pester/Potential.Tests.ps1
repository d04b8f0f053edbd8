BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'What merging would save' {
    It 'is what a region of 20,000 equal pages saves' {
        if (-not (Test-Path $ksmFolder)) {
            Set-ItResult -Skipped -Because 'the kernel has no KSM'
            return
        }

        $before = Measure-KsmPotential -Id $PID
        $region = New-RmapRegion -PageType Ksm -PageCount 20000
        try {
            $after = Get-Process -Id $PID | Measure-KsmPotential
        } finally {
            Remove-RmapRegion $region -Confirm:$false
        }

        $kept = [math]::Ceiling(20000 / $after.MaxPageSharing)
        ($after.SavedPages - $before.SavedPages) / (20000 - $kept) | Should -BeGreaterThan 0.95 -Because 'the heap of this shell changes a little meanwhile'
        ($after.SavedPages - $before.SavedPages) / (20000 - $kept) | Should -BeLessThan 1.05
        $after.ExpectedSavedBytes | Should -Be ($after.SavedPages * $after.PageSize - $after.MetadataBytes)
        $after.MergeablePages | Should -BeGreaterOrEqual 20000
    }

    It 'adds up over processes, and survives serialisation' {
        if (-not (Test-Path $ksmFolder)) {
            Set-ItResult -Skipped -Because 'the kernel has no KSM'
            return
        }

        $sleepers = 1..3 | ForEach-Object { Start-Program sleep infinity }
        try {
            $results = $sleepers | Measure-KsmPotential
        } finally {
            Stop-Started $sleepers
        }

        $results.Scope | Should -Be 'Process', 'Process', 'Process', 'All'
        $all = $results[-1]
        $all.Id | Should -BeNullOrEmpty
        ($results | Where-Object Scope -EQ Process | Measure-Object PagesRead -Sum).Sum | Should -Be $all.PagesRead
        [math]::Abs(($results | Where-Object Scope -EQ Process | Measure-Object SavedPages -Sum).Sum - $all.SavedPages) | Should -BeLessOrEqual 2
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($all))
        $copy.ExpectedSavedBytes | Should -Be $all.ExpectedSavedBytes
        $copy | Out-String | Should -Match '\(all\)'
    }
}
