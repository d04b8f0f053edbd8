BeforeDiscovery {
    $shown = @(
        @{ Name = 'Get-KsmProcess'; Raw = 'Name'; Script = { Get-KsmProcess -Id $holder.Id } }
        @{ Name = 'Measure-KsmPotential'; Raw = 'Name'; Script = { Measure-KsmPotential -Id $holder.Id } }
    )
    $ofTrace = @(
        @{ Name = 'Import-RmapTrace'; Script = { Import-RmapTrace -LiteralPath $trace } }
        @{ Name = 'ConvertTo-RmapWalk'; Script = { Import-RmapTrace -LiteralPath $trace | ConvertTo-RmapWalk } }
        @{ Name = 'Measure-RmapWalk'; Script = { Measure-RmapWalk -LiteralPath $trace -GroupBy Command } }
        @{ Name = 'Compare-RmapWalk'; Script = { Compare-RmapWalk (Measure-RmapWalk -LiteralPath $trace -GroupBy Command) (Measure-RmapWalk -LiteralPath $trace -GroupBy Command) } }
    )
    $failures = @(
        @{ Name = 'a process that is not there'; Script = { Get-KsmProcess -Name ([WildcardPattern]::Escape("no $hostile")) } }
        @{ Name = 'a process that is not there, measured'; Script = { Measure-KsmPotential -Name ([WildcardPattern]::Escape("no $hostile")) } }
        @{ Name = 'a pattern that is none'; Script = { Get-KsmProcess -Name $hostile } }
        @{ Name = 'a pattern of sessions that is none'; Script = { Get-RmapTrace -Name $hostile } }
        @{ Name = 'a file that is not there'; Script = { Import-RmapTrace -LiteralPath (Join-Path $TestDrive "$hostile.txt") } }
        @{ Name = 'a file that is not there, by wildcards'; Script = { Import-RmapTrace -Path (Join-Path $TestDrive "$hostile.txt") } }
        @{ Name = 'a drive that is not there'; Script = { Import-RmapTrace -Path "${hostile}:/x" } }
        @{ Name = 'a file that is no trace'; Script = { Import-RmapTrace -LiteralPath $prose } }
        @{ Name = 'a report of an unknown kind'; Script = { Export-RmapReport -Path "$hostile.doc" -InputObject $trace } }
        @{ Name = 'a file that is there'; Script = { Import-RmapTrace -LiteralPath $trace -AsWalk | Export-RmapReport $present } }
        @{ Name = 'a drive to write to that is not there'; Script = { Export-RmapReport -Path "${hostile}:/x.svg" -InputObject $trace } }
        @{ Name = 'a session that is not there'; Script = { Get-RmapEvent -Name $hostile } }
        @{ Name = 'a duration that is none'; Script = { Optimize-Ksm ScanTime -TargetScanTime $hostile } }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest

    # A terminal's title, its erasure, a line of its own, and a C1 control: 14 of the 15 bytes that a thread's name has.
    $hostile = "`e]0;x`a`n`e[2Jy$([char] 0x9B)"
    $escaped = '\x1b]0;x\x07\x0a\x1b[2Jy\x9b'
    $obeyed = '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}-[\r\n]]'

    # Starts a process that has this name, as somebody else where a user is named, and does something more.
    function Start-Hostile {
        param([string] $More = ':', [string] $User)

        $become = if ($User) { "--reuid=$User", "--regid=$User", '--clear-groups' }
        $process = Start-Program setpriv (@($become) + @('sh', '-c', "$More; printf '\033]0;x\007\n\033[2Jy\302\233' > /proc/`$`$/comm; while :; do sleep 3600; done"))
        Wait-Condition 'the name' { [IO.File]::ReadAllText("/proc/$($process.Id)/comm") -ceq "$hostile`n" }
        $process
    }

    function Assert-Harmless {
        param([string] $Text)

        $Text | Should -Not -Match $obeyed
        # A line that the name would make.
        $Text | Should -Not -Match '(?m)^.{0,4}\[2Jy'
    }

    $lines = foreach ($what in 'start', 'end') {
        "  $($hostile -replace "`n")-4242    [001] .....   100.00000$($what.Length): rmap_walk_${what}: folio=000000005444dc5b rwc=00000000055363dd page_type=ksm locked=false"
    }
    $trace = Join-Path $TestDrive "$hostile.trace.txt"
    $prose = Join-Path $TestDrive "$hostile.prose.txt"
    $present = Join-Path $TestDrive "$hostile.svg"
    [IO.File]::WriteAllText($trace, "# tracer: nop`n#`n$($lines[0])`n$($lines[1] -replace '100\.000003', '100.000007')`n")
    [IO.File]::WriteAllText($prose, "It was a dark and stormy night.`n$hostile`n")
    [IO.File]::WriteAllText($present, '')
}

Describe 'A process of somebody else that has a name for terminals' {
    BeforeAll {
        $holder = if ((id -u) -eq '0') { Start-Hostile -User 65534 } else { Start-Hostile }
    }

    AfterAll {
        Stop-Started $holder
    }

    It '<Name> shows it escaped and has it as it is' -ForEach $shown {
        Assert-Ksm
        $object = & $Script
        $object.$Raw | Should -BeExactly $hostile
        foreach ($view in 'table', 'list', 'default') {
            $text = Get-View $object $view 300
            Assert-Harmless $text
            $text | Should -Match '\\x1b]0;'
        }

        Get-View $object list 300 | Should -Match ([regex]::Escape($escaped))
    }

    It 'metrics show it escaped' {
        Assert-Ksm
        $text = Get-KsmProcess -Id $holder.Id | ConvertTo-KsmMetric
        Assert-Harmless $text
        $text | Should -Match ([regex]::Escape('\\x1b]0;x\\x07\n\\x1b[2Jy\\x9b'))
    }

    It 'completion offers its id and not its name' {
        Assert-Ksm
        $ids = (TabExpansion2 "Measure-KsmPotential -Id $($holder.Id)").CompletionMatches | Where-Object CompletionText -EQ $holder.Id
        $ids.ToolTip | Should -Match ([regex]::Escape($escaped))
        Assert-Harmless $ids.ToolTip
        $names = (TabExpansion2 'Measure-KsmPotential -Name ').CompletionMatches
        $names | Should -Not -BeNullOrEmpty
        foreach ($name in $names) {
            Assert-Harmless ($name.CompletionText + $name.ListItemText + $name.ToolTip)
        }
    }
}

Describe 'A trace with such a name' {
    It '<Name> shows it escaped and has it as it is' -ForEach $ofTrace {
        $objects = & $Script
        $objects[0].Command | Should -BeExactly ($hostile -replace "`n")
        foreach ($view in 'table', 'list', 'default') {
            $text = Get-View $objects $view 300
            Assert-Harmless $text
            $text | Should -Match '\\x1b]0;'
        }
    }

    It 'Show-RmapHistogram draws no such name' {
        $text = (Show-RmapHistogram -LiteralPath $trace -GroupBy Command) -join "`n"
        Assert-Harmless $text
        $text | Should -Match '\\x1b]0;x'
    }

    It 'Export-RmapReport writes no such name' {
        foreach ($kind in 'html', 'svg') {
            $file = Join-Path $TestDrive "report.$kind"
            Import-RmapTrace -LiteralPath $trace -AsWalk | Export-RmapReport $file -GroupBy Command
            Assert-Harmless ([IO.File]::ReadAllText($file))
        }
    }
}

Describe 'Messages about such names' {
    It '<Name> is an error without them' -ForEach $failures {
        $failure = Get-Failure $Script
        foreach ($view in 'ConciseView', 'NormalView', 'CategoryView') {
            $ErrorView = $view
            Assert-Harmless "$($failure | Out-String -Width 500)$failure$($failure.ErrorDetails.RecommendedAction)$($failure.CategoryInfo)"
        }

        $failure.CategoryInfo.TargetName | Should -Not -Match $obeyed
    }

    It 'a warning and a question have none' {
        $command = "Import-Module '$manifest'; Import-RmapTrace -LiteralPath `$env:HOSTILE_FILE 3>&1 6>&1 | Out-String; Export-RmapReport -Path `$env:HOSTILE_REPORT -InputObject '$(Get-Capture '6.12-native/ksm.trace.txt')' -WhatIf"
        $env:HOSTILE_FILE = Join-Path $TestDrive "$hostile.broken.txt"
        $env:HOSTILE_REPORT = Join-Path $TestDrive "$hostile.html"
        [IO.File]::WriteAllText($env:HOSTILE_FILE, [IO.File]::ReadAllText($trace) + ($lines[0] -replace 'folio=.*', "folio=$hostile`n"))
        try {
            $text = (Invoke-Pwsh -NoProfile -NonInteractive -Command "`$PSStyle.OutputRendering = 'PlainText'; $command") -join "`n"
        } finally {
            $env:HOSTILE_FILE = $env:HOSTILE_REPORT = $null
        }

        $text | Should -Match 'What if: .*\\x1b]0;x'
        $text | Should -Match '\\x1b]0;x\\x07\\x0a\\x1b\[2Jy\\x9b\.broken\.txt'
        Assert-Harmless $text
    }

    It 'a session that such a process uses is busy' {
        Assert-Root
        try {
            $session = Enable-RmapTrace names -PassThru -WarningAction Ignore
        } catch {
            Set-ItResult -Skipped -Because $_
        }

        $user = Start-Hostile -More "exec 3< '$($session.Path)/trace_pipe'"
        try {
            $failure = Get-Failure { Remove-RmapTrace names -Confirm:$false }
            Get-Reason $failure | Should -Be 'KnobBusy'
            "$failure" | Should -Match ([regex]::Escape("$escaped ($($user.Id))"))
            Assert-Harmless "$failure$($failure | Out-String)"
        } finally {
            Stop-Started $user
            Remove-RmapTrace names -Confirm:$false
        }
    }
}
