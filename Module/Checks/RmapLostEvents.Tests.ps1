<#
.SYNOPSIS
    Checks that no rmap event was lost: what is missing makes percentiles and counts too good.
.PARAMETER Path
    Traces, with wildcards.
.PARAMETER Statistics
    What Measure-RmapWalk gave, also as stored by Export-Clixml.
.PARAMETER Session
    A session that Enable-RmapTrace made.
.EXAMPLE
    Invoke-Pester -Container (New-PesterContainer -Path Module/Checks/RmapLostEvents.Tests.ps1 -Data @{ Path = 'trace.dat' })
.EXAMPLE
    Invoke-Pester -Container (New-PesterContainer -Path Module/Checks/RmapLostEvents.Tests.ps1 -Data @{ Session = 'ksmtools' })
#>
param(
    [string[]] $Path,
    [object[]] $Statistics,
    [string] $Session
)

BeforeAll {
    if (-not (Get-Module KsmTools)) {
        Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1') -ErrorAction Stop
    }
}

Describe 'A recorded trace' {
    It 'lost no event' {
        $measured = if ($Path) {
            # The warning about lost events says what this test is about to say.
            Measure-RmapWalk -Path $Path -GroupBy None -ErrorAction Stop -WarningAction Ignore
        } else {
            $Statistics
        }

        if (-not $measured) {
            Set-ItResult -Skipped -Because 'no trace was named: give -Path, or -Statistics from Measure-RmapWalk'
        }

        # Every group has the count of the whole trace.
        $lost = $measured | Where-Object { $null -ne $_.LostEvents } | Measure-Object LostEvents -Maximum
        if ($lost.Count -eq 0) {
            Set-ItResult -Skipped -Because 'what was measured does not say what was lost: measure the trace itself, not its walks'
        }

        $starts = ($measured | Measure-Object UnmatchedStarts -Sum).Sum
        $ends = ($measured | Measure-Object UnmatchedEnds -Sum).Sum
        $lost.Maximum | Should -Be 0 -Because (
            "every event should be in the trace ($starts starts and $ends ends are without the other half). " +
            'Record again with a larger buffer (Enable-RmapTrace -BufferSize) or fewer events (-PageType, -ProcessId)')
    }
}

Describe 'A session' {
    BeforeAll {
        $trace = if ($Session) { Get-RmapTrace $Session -ErrorAction Stop }
    }

    It 'has no <Counter>' -ForEach @(
        @{ Counter = 'Overrun'; Lost = 'events that newer ones overwrote'; Remedy = 'Give it a larger buffer (Enable-RmapTrace -BufferSize), or read along (Receive-RmapEvent -Follow)' }
        @{ Counter = 'Dropped'; Lost = 'events that were not recorded'; Remedy = 'Record fewer events (Enable-RmapTrace -PageType, -ProcessId), or count in the kernel (-Aggregate)' }
        @{ Counter = 'MissedReturns'; Lost = 'walks whose end the kernel missed'; Remedy = 'Use another source (Enable-RmapTrace -Source Tracepoint or Fprobe)' }
    ) {
        if (-not $trace) {
            Set-ItResult -Skipped -Because 'no session was named: make one with Enable-RmapTrace and give -Session'
        }

        if ($null -eq $trace.$Counter) {
            Set-ItResult -Skipped -Because "the source $($trace.Source) does not count $Lost"
        }

        $trace.$Counter | Should -Be 0 -Because "the session $Session should have no $Lost. $Remedy"
    }
}
