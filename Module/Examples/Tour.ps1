<#
.SYNOPSIS
    Shows what KsmTools does with whatever this machine has.
.DESCRIPTION
    Says what the kernel, the machine and the user can do and what stands in the way of the rest; as root on a kernel with KSM, merges
    20,000 real pages and shows what that saves, makes the kernel walk merged and ordinary pages, with every setting put back; and measures
    a real trace of rmap walks. Nothing stays changed.
.PARAMETER PageCount
    Pages to merge.
.EXAMPLE
    dotnet run --project src/KsmTools.Shell -- -File Module/Examples/Tour.ps1
.EXAMPLE
    pwsh -File Module/Examples/Tour.ps1 -PageCount 5000
#>
[CmdletBinding()]
param(
    [ValidateRange(2, 1000000)]
    [int] $PageCount = 20000
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module KsmTools)) {
    Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1')
}

'== What this machine can do'
$support = Test-KsmSupport
$support | Where-Object { -not $_.Available } | Format-List Name, Reason, Remedy
'{0} of {1} capabilities are there; Test-KsmSupport lists them all.' -f @($support | Where-Object Available).Count, $support.Count
''

'== Merging {0:N0} equal pages' -f $PageCount
$missing = $support | Where-Object { $_.Name -in 'Kernel', 'Change settings' -and -not $_.Available } | Select-Object -First 1
if ($missing) {
    'Left out: {0} {1}' -f $missing.Reason, $missing.Remedy
}
else {
    $before = Get-KsmConfiguration | ConvertTo-Json
    $region = New-RmapRegion -PageType Ksm -PageCount $PageCount -SplitVma
    try {
        Invoke-KsmMerge -Id $PID | Format-Table
        Get-KsmStatus | Format-Table RunState, PagesShared, PagesSharing, SharingRatio, SavedBytes, Profit
        Get-KsmProcess -Id $PID | Format-Table
    }
    finally {
        Remove-RmapRegion $region
    }

    ''
    '== Making the kernel walk them: a benchmark of merged and of ordinary pages'
    $results = Invoke-RmapBenchmark -PageType Ksm, Anon -PageCount $PageCount -Iterations 1 -ErrorAction SilentlyContinue -ErrorVariable problem
    $results | Format-Table
    foreach ($result in $results | Where-Object Bystanders) {
        'What calls of other threads took meanwhile, beside {0} pages:' -f $result.PageType
        $result.Bystanders | Format-Table
    }

    $problem | ForEach-Object { 'Left out: {0}' -f $_ }
    'Settings as before: {0}' -f ((Get-KsmConfiguration | ConvertTo-Json) -eq $before)
}

''
'== Measuring a recorded trace of rmap walks'
$trace = Join-Path $PSScriptRoot 'rmap-walks.trace.txt.gz'
Measure-RmapWalk -Path $trace | Format-Table
'The longest walks:'
Import-RmapTrace -Path $trace | ConvertTo-RmapWalk | Sort-Object DurationNanoseconds -Descending | Select-Object -First 5 | Format-Table
'All walks, in microseconds:'
Import-RmapTrace -Path $trace -AsWalk | Measure-Object DurationMicroseconds -Average -Maximum | Format-List Count, Average, Maximum
