# The benchmark on a kernel of the lab, in one process, with every source. Answers go to $LAB_OUT/benchmark.json.
param([string[]] $Source)
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$tracing = '/sys/kernel/tracing'

function Get-State {
    foreach ($name in 'run', 'pages_to_scan', 'sleep_millisecs', 'max_page_sharing', 'merge_across_nodes', 'smart_scan', 'pages_shared') {
        $file = "/sys/kernel/mm/ksm/$name"
        if ([IO.File]::Exists($file)) { "$name=" + [IO.File]::ReadAllText($file).Trim() }
    }

    foreach ($name in 'dynamic_events', 'set_event', 'tracing_on', 'error_log') {
        "$name=" + [IO.File]::ReadAllText("$tracing/$name").Trim()
    }

    'instances=' + ([IO.Directory]::GetDirectories("$tracing/instances") -join ' ')
    'journal=' + [IO.File]::Exists('/run/ksmtools/journal')
    $holders = foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
        # A thread of the kernel has no program, and a process may be gone by now.
        try { if ([IO.File]::ResolveLinkTarget("$folder/exe", $false).FullName -match 'ksmtools-holder') { $folder } } catch { $null = $_ }
    }

    'holders=' + @($holders).Count
}

function Select-Row {
    param([object[]] $Result)
    foreach ($row in $Result) {
        @{
            Type        = "$($row.PageType)"
            Source      = "$($row.Source)"
            Trigger     = "$($row.Trigger)"
            Count       = $row.Count
            Minimum     = $row.MinimumNanoseconds
            Mean        = $row.MeanNanoseconds
            P99         = $row.P99Nanoseconds
            Maximum     = $row.MaximumNanoseconds
            Lost        = $row.LostEvents
            Unmatched   = $row.UnmatchedStarts + $row.UnmatchedEnds + $row.MissedReturns
            Sharing     = $row.MaxPageSharing
            Merged      = $row.MergedPages
            Vmas        = $row.VmaCount
            Walks       = $row.Walks.Count
            Folios      = @($row.Walks.Folio | Sort-Object -Unique).Count
            Addresses   = @($row.Triggers | ForEach-Object { $_.Address } | Sort-Object -Unique).Count
            Elapsed     = $row.ElapsedNanoseconds
            Approximate = $row.Approximate
            Kernel      = $row.Kernel
            Bounds      = "$($row.WalkBounds)"
        }
    }
}

# Walks of KSM pages by max_page_sharing. Whatever else the host does makes walks longer and never shorter, and of short ones it takes many until one is not: where
# the first round does not tell, the settings of short walks are measured again, and what was shortest counts.
function Measure-Sharing {
    $shortest = @(Invoke-RmapBenchmark Ksm -MaxPageSharing 256, 64, 16 -Iterations 4 -NoBystander)
    for ($round = 1; $round -le 8; $round++) {
        $many, $some, $few = $shortest.MinimumNanoseconds
        if ("$($shortest[0].WalkBounds)" -eq 'Bounded' -or ($many -ge 6 * $few -and $some -ge $few -and $some -le $many)) { break }
        $again = @($null) + @(Invoke-RmapBenchmark Ksm -MaxPageSharing 64, 16 -Iterations 4 -NoBystander)
        foreach ($i in 1, 2) { if ($again[$i].MinimumNanoseconds -lt $shortest[$i].MinimumNanoseconds) { $shortest[$i] = $again[$i] } }
    }

    $shortest
}

# What other tests have merged in this guest is not ours, and keeps max_page_sharing.
Stop-Ksm -Unmerge -Confirm:$false
Stop-Ksm -Confirm:$false
Enable-RmapTrace beside -Source MigrationPte
$before = Get-State
$rows = foreach ($name in $Source) {
    Select-Row (Invoke-RmapBenchmark -NoBystander -Source $name -Iterations $(if ($name -eq $Source[0]) { 3 } else { 1 }))
}

$observed = Invoke-RmapBenchmark Ksm, Anon -Iterations 1
$answers = @{
    Observed = @(foreach ($row in $observed) {
            @{
                Type    = "$($row.PageType)"
                Maximum = $row.BystanderMaximumNanoseconds
                Elapsed = $row.BystanderElapsedNanoseconds
                Calls   = @($row.Bystanders | ForEach-Object {
                        @{ Call = "$($_.Call)"; Count = $_.Count; Total = $_.TotalNanoseconds; RunDelay = $_.RunDelayNanoseconds; Without = $_.WithoutWalks.Count }
                    })
            }
        })
    Auto    = "$((Invoke-RmapBenchmark Anon -PageCount 10 -Iterations 1 -NoBystander).Source)"
    Rows    = @($rows)
    Sharing = @(Select-Row (Measure-Sharing))
    Whole   = @(Select-Row (Invoke-RmapBenchmark Ksm -NoSplit -Iterations 1 -NoBystander))
    Forked  = @(Select-Row (Invoke-RmapBenchmark Ksm, Anon, File -Forked -Children 50 -Iterations 2))
}

$answers.Before = [string[]]$before
$answers.After = [string[]](Get-State)
Remove-RmapTrace beside -Confirm:$false
[IO.File]::WriteAllText("$env:LAB_OUT/benchmark.json", ($answers | ConvertTo-Json -Depth 5))
