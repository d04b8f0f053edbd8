<#
.SYNOPSIS
    Checks that ksmd gets through the memory that processes offer.
.DESCRIPTION
    Watches ksmd until it has completed a full scan, at most WithinSeconds. Skipped while KSM is stopped or no process offers memory.
.PARAMETER WithinSeconds
    How long a full scan may take. Without it, 30 s, and a scan that takes longer by its settings alone is not a failure.
.EXAMPLE
    Invoke-Pester Module/Checks/KsmProgress.Tests.ps1
.EXAMPLE
    Invoke-Pester -Container (New-PesterContainer -Path Module/Checks/KsmProgress.Tests.ps1 -Data @{ WithinSeconds = 300 })
#>
param(
    [ValidateRange(1, 86400)]
    [Nullable[int]] $WithinSeconds
)

BeforeAll {
    if (-not (Get-Module KsmTools)) {
        Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1') -ErrorAction Stop
    }

    $kernel = Test-KsmSupport | Where-Object Name -EQ 'Kernel'
    if (-not $kernel.Available) {
        $idle = "$($kernel.Reason) $($kernel.Remedy)"
        return
    }

    $before = Get-KsmStatus -ErrorAction Stop
    $idle = switch ($before.Diagnosis.Verdict) {
        'Stopped' { $before.Diagnosis }
        'Unmerged' { $before.Diagnosis }
        # A ksmd that never came to run knows no page either; then the processes tell.
        'NothingMergeable' { if (-not (Get-KsmProcess -ErrorAction Ignore)) { $before.Diagnosis } }
    }
    if ($idle) {
        return
    }

    # What ksmd sleeps between its batches: no full scan is faster, however much CPU time ksmd gets.
    $settings = Get-KsmConfiguration -ErrorAction Stop
    $sleep = $settings.SleepMilliseconds / 1000
    $known = $before.PagesShared + $before.PagesSharing + $before.PagesUnshared + $before.PagesVolatile
    $least = if ($settings.PagesToScan) { $known / $settings.PagesToScan * $sleep } else { [double]::PositiveInfinity }

    # Where no full scan can be seen, long enough to see batches.
    $seconds = $WithinSeconds ?? [int] [Math]::Max($(if ($least -le 30) { 30 } else { 5 }), 2 * $sleep)
    $null = Watch-Ksm -Interval 1 -Count $seconds | Where-Object FullScans -GT 0 | Select-Object -First 1
    $after = Get-KsmStatus -ErrorAction Stop
    $used = if ($null -eq $after.KsmdCpuTime -or $null -eq $before.KsmdCpuTime) {
        'ksmd is not visible in /proc'
    } else {
        'ksmd used {0:0.00} s of CPU time' -f ($after.KsmdCpuTime - $before.KsmdCpuTime).TotalSeconds
    }
}

Describe 'ksmd' {
    BeforeEach {
        if ($idle) {
            Set-ItResult -Skipped -Because $idle
        }
    }

    It 'scans pages' {
        if ($null -eq $after.PagesScanned) {
            Set-ItResult -Skipped -Because 'this kernel does not count the pages it scans (pages_scanned is there from Linux 6.6 on)'
        }

        # Smart scan passes over pages, which is progress too.
        $scanned = $after.PagesScanned + $after.PagesSkipped - $before.PagesScanned - $before.PagesSkipped
        $scanned | Should -BeGreaterThan 0 -Because (
            "KSM runs and $known pages are known, but in $seconds s $used. $($after.Diagnosis) " +
            'Look for what keeps the CPU from ksmd (ps -o ni,stat,wchan -C ksmd), and at pages_to_scan')
    }

    It 'completes a full scan' {
        $scans = $after.FullScans - $before.FullScans
        if ($scans -eq 0 -and $null -eq $WithinSeconds -and $least -gt $seconds) {
            Set-ItResult -Skipped -Because ('a full scan takes {0:0} s or more by its settings alone; give -WithinSeconds to require one' -f $least)
        }

        $scans | Should -BeGreaterThan 0 -Because (
            ('its settings let a scan of {0} pages take {1:0.0} s, and {2}. {3} ' -f $known, $least, $used, $after.Diagnosis) +
            'Scan faster with Set-KsmConfiguration -PagesToScan or -SleepMilliseconds, or allow more -WithinSeconds')
    }

    It 'is held up by nothing' {
        $after.Diagnosis.Verdict | Should -Not -BeIn 'WaitingForMemoryOffline', 'ScanTooSlow', 'AdvisorLimited' -Because $after.Diagnosis
    }
}
