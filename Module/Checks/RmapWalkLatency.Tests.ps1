<#
.SYNOPSIS
    Checks how long reverse-mapping walks take, in recorded traces or a session.
.PARAMETER Path
    The traces, with wildcards; all of them make one measurement.
.PARAMETER Session
    A session that Enable-RmapTrace made; its buffers stay as they are.
.PARAMETER PageType
    The pages whose walks are checked: Ksm, Anon, File; Unknown for walks whose source does not know, as MigrationPte.
.PARAMETER MaximumP99
    What 99% of the walks may take: a TimeSpan, or a text such as 500us, 1ms or 0.5s.
.PARAMETER Maximum
    What any walk may take.
.EXAMPLE
    Invoke-Pester -Container (New-PesterContainer -Path Module/Checks/RmapWalkLatency.Tests.ps1 -Data @{ Path = 'trace.dat'; MaximumP99 = '5ms' })
.EXAMPLE
    Enable-RmapTrace
    Start-Sleep 60
    Invoke-Pester -Container (New-PesterContainer -Path Module/Checks/RmapWalkLatency.Tests.ps1 -Data @{ Session = 'ksmtools' })
#>
param(
    [string[]] $Path,
    [string] $Session,

    [ValidateSet('Ksm', 'Anon', 'File', 'Unknown')]
    [string[]] $PageType = 'Ksm',

    [object] $MaximumP99 = '1ms',
    [object] $Maximum = '10ms'
)

BeforeAll {
    if (-not (Get-Module KsmTools)) {
        Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1') -ErrorAction Stop
    }

    function ConvertTo-Duration {
        param([object] $Value)

        if ($Value -is [timespan]) {
            return $Value
        }

        if ("$Value" -notmatch '^\s*(?<Number>[0-9.]+)\s*(?<Unit>us|ms|s|m|h)\s*$') {
            throw "'$Value' is not a duration: give a TimeSpan, or a text such as 500us, 1ms or 0.5s."
        }

        [timespan]::FromSeconds([double] $Matches.Number * @{ us = 1e-6; ms = 1e-3; s = 1; m = 60; h = 3600 }[$Matches.Unit])
    }

    $maximumOf99 = ConvertTo-Duration $MaximumP99
    $maximumOfAll = ConvertTo-Duration $Maximum
    $source = if ($Path) { @{ Path = $Path } } elseif ($Session) { @{ Name = $Session } }
    $statistics = if ($source) { Measure-RmapWalk @source -ErrorAction Stop }
    $remedy = 'Measure-RmapWalk -GroupBy Caller says who asks for them; for Ksm, a smaller max_page_sharing bounds them'
}

Describe 'Rmap walks of <_> pages' -ForEach $PageType {
    BeforeEach {
        if (-not $source) {
            Set-ItResult -Skipped -Because 'no trace was named: record one with Enable-RmapTrace and give -Session, or give -Path'
        }

        $type = $_
        $walks = $statistics | Where-Object { "$($_.PageType ?? 'Unknown')" -eq $type }

        # A gate that measured nothing must not open.
        [long] $walks.Count | Should -BeGreaterThan 0 -Because (
            "there should be walks of $_ pages in $($Path + $Session): trace the walks that count, or name other pages with -PageType")
        $walks.TimeBackwards | Should -Be 0 -Because 'no walk should end before it starts by the trace clock: record with Enable-RmapTrace -Clock global'
        $walks.TimeUnit | Should -Be 'Nanoseconds' -Because 'the trace clock should count time: record with Enable-RmapTrace -Clock local'
    }

    It "have a p99 of at most $MaximumP99" {
        [timespan]::FromMicroseconds($walks.P99Nanoseconds / 1000) | Should -BeLessOrEqual $maximumOf99 -Because (
            "99% of the $($walks.Count) walks of $_ pages should take no longer. $remedy")
    }

    It "take at most $Maximum" {
        [timespan]::FromMicroseconds($walks.MaximumNanoseconds / 1000) | Should -BeLessOrEqual $maximumOfAll -Because (
            "none of the $($walks.Count) walks of $_ pages should take longer. $remedy")
    }
}
