<#
.SYNOPSIS
    A gate for a schedule: ends with 1 when KSM costs more memory than it saves, or when walks of merged pages take too long.
.DESCRIPTION
    Reads the counters, then traces rmap walks for a while. Each line says what was found; what is out of bounds is an error. Where the
    kernel has nothing to trace walks with, a warning says so and the counters alone decide.
.PARAMETER MinimumProfit
    Bytes that KSM has to gain, its own bookkeeping deducted.
.PARAMETER MaximumWalk
    What 99 of 100 walks of merged pages may take.
.PARAMETER Seconds
    How long walks are traced; 0 leaves them out.
.EXAMPLE
    pwsh -File Module/Examples/ksm-check.ps1 -MinimumProfit 64MB -MaximumWalk 0:0:0.002 -Seconds 10
#>
[CmdletBinding()]
param(
    [long] $MinimumProfit = 0,

    [timespan] $MaximumWalk = '0:0:0.010',

    [ValidateRange(0, 240)]
    [int] $Seconds = 30
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module KsmTools)) {
    Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1')
}

$failures = [Collections.Generic.List[string]]::new()
$status = Get-KsmStatus
'{0}: {1} Profit {2:N0} bytes.' -f $status.RunState, $status.Diagnosis.Message, $status.Profit
if ($status.Profit -lt $MinimumProfit) {
    $failures.Add(('KSM gains {0:N0} bytes, less than {1:N0}. {2}' -f $status.Profit, $MinimumProfit, $status.Diagnosis.Remedy).Trim())
}

if ($Seconds) {
    $name = 'ksm-check'
    try {
        # An earlier check may have been killed.
        Get-RmapTrace | Where-Object Name -EQ $name | Remove-RmapTrace
        $session = Enable-RmapTrace $name -PassThru -WarningAction SilentlyContinue
        Start-Sleep -Seconds $Seconds
        $walks = Measure-RmapWalk -Name $name | Where-Object PageType -EQ Ksm
        if ($walks) {
            $p99, $most = ($walks.P99Nanoseconds / 1e6), $MaximumWalk.TotalMilliseconds
            '{0} walks of merged pages, p99 {1:N3} ms, by {2}.' -f $walks.Count, $p99, $session.Source
            if ($p99 -gt $most) {
                $failure = 'Walks of merged pages take {0:N3} ms (p99), more than {1:N3} ms. A smaller max_page_sharing shortens them.'
                $failures.Add(($failure -f $p99, $most))
            }
        } else {
            "No walks of merged pages in $Seconds s."
        }
    } catch {
        Write-Warning "Walks were not measured: $_"
    } finally {
        Get-RmapTrace -ErrorAction Ignore | Where-Object Name -EQ $name | Remove-RmapTrace
    }
}

foreach ($failure in $failures) {
    Write-Error $failure -ErrorAction Continue
}

exit [int] ($failures.Count -gt 0)
