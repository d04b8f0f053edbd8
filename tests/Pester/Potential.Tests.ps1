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

Describe 'What is to be typed' {
    BeforeAll {
        # Three megabytes of equal pages.
        $script = "x=`$(head -c 3000000 /dev/zero | tr '\0' a); sleep 300; :"
        $line = '/bin/sh', '-c', $script, 'name'
        $nasty = "x$([char] 0x2019); Write-Output INJECTED; $([char] 0x2018)y", "it's", '"', '`', '$(exit)', '$PID', ';', '|', '&', '#', '@(1)', ',', '--%', '-x', '', 'a\b', ''

        # A program with its memory, and what is said of it.
        function Get-EnableCommand {
            param([Diagnostics.Process] $Process)

            $found = @{}
            Wait-Condition 'equal pages' { $found.Command = (Measure-KsmPotential -Id $Process.Id).EnableCommand; $found.Command }
            $found.Command
        }
    }

    It 'starts the same program with the same arguments, and nothing else' {
        Assert-Ksm
        $process = Start-Program $line[0] ($line[1..3] + $nasty) -WorkingDirectory /
        try {
            $command = Get-EnableCommand $process
            $errors = $null
            $statements = [Management.Automation.Language.Parser]::ParseInput($command, [ref] $null, [ref] $errors).EndBlock.Statements
            $errors | Should -BeNullOrEmpty
            ($statements | Select-Object -SkipLast 1).Extent.Text -join ',' | Should -BeIn '', 'Start-Ksm'
            # Only what starts the program: ksmd is the machine's.
            $copy = & ([scriptblock]::Create($statements[-1].Extent.Text))
            @($copy).Count | Should -Be 1
            $copy | Should -BeOfType Diagnostics.Process
            [IO.File]::ReadAllText("/proc/$($copy.Id)/cmdline") | Should -BeExactly ([IO.File]::ReadAllText("/proc/$($process.Id)/cmdline"))
        } finally {
            Stop-Started $process, $copy
        }
    }

    It 'is nothing where a terminal would take it for something else' {
        Assert-Ksm
        $process = Start-Program $line[0] ($line[1..3] + "x`nWrite-Output INJECTED") -WorkingDirectory /
        try {
            $command = Get-EnableCommand $process
        } finally {
            Stop-Started $process
        }

        $command | Should -Match "^(Start-Ksm )?# .*cannot be typed.*/proc/$($process.Id)/cmdline$"
    }

    It 'is nothing of nobody''s for root' {
        Assert-Ksm
        Assert-Root
        $process = Start-Program setpriv ('--reuid', '65534', '--regid', '65534', '--clear-groups' + $line)
        try {
            $command = Get-EnableCommand $process
        } finally {
            Stop-Started $process
        }

        $command | Should -Match "^(Start-Ksm )?# .*another user's"
        $command | Should -Not -Match 'Start-KsmProcess'
    }
}
