<#
.SYNOPSIS
    Checks that KSM saves more memory than its records cost.
.PARAMETER MinimumProfit
    The least profit in bytes, as the kernel's general_profit counts it.
.EXAMPLE
    Invoke-Pester Module/Checks/KsmProfit.Tests.ps1
.EXAMPLE
    Invoke-Pester -Container (New-PesterContainer -Path Module/Checks/KsmProfit.Tests.ps1 -Data @{ MinimumProfit = 100MB })
#>
param(
    [long] $MinimumProfit = 0
)

BeforeAll {
    if (-not (Get-Module KsmTools)) {
        Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1') -ErrorAction Stop
    }

    $kernel = Test-KsmSupport | Where-Object Name -EQ 'Kernel'
    if ($kernel.Available) {
        $status = Get-KsmStatus -ErrorAction Stop
    }
}

Describe 'KSM profit' {
    It 'is at least <MinimumProfit> bytes' {
        if (-not $kernel.Available) {
            Set-ItResult -Skipped -Because "$($kernel.Reason) $($kernel.Remedy)"
        }

        if ($null -eq $status.GeneralProfit) {
            Set-ItResult -Skipped -Because 'this kernel does not count its profit (general_profit is there from Linux 6.4 on)'
        }

        $status.GeneralProfit | Should -BeGreaterOrEqual $MinimumProfit -Because (
            'merging should save at least that many bytes more than its records cost. ' +
            "$($status.Diagnosis) Records come before savings: give memory that was just offered two full scans")
    }
}
