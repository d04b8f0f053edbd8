# What trace sessions do on a kernel of the lab, in one process. Answers go to $LAB_OUT/sessions.json.
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$tracing = '/sys/kernel/tracing'
$script:node = 0

function Read-Tracing {
    foreach ($file in @('dynamic_events', 'set_event', 'tracing_on', 'trace_clock', 'saved_cmdlines_size', 'error_log')) {
        "$file=" + [IO.File]::ReadAllText("$tracing/$file").Trim()
    }

    'instances=' + ([IO.Directory]::GetDirectories("$tracing/instances") -join ' ')
}

# Recent kernels look at pages of their own accord, and walk them at any time (CONFIG_DAMON_STAT).
$damon = '/sys/module/damon_stat/parameters/enabled'
if ([IO.File]::Exists($damon)) { [IO.File]::WriteAllText($damon, 'N') }

# Two processes with the same memory, merged where this kernel can; the first is moved to the other NUMA node by a change of its cpuset.
try {
    $moved = Start-KsmProcess -FilePath sleep -ArgumentList 3600
    $other = Start-KsmProcess -FilePath sleep -ArgumentList 3600
    $null = Invoke-KsmMerge -Id $moved.Id, $other.Id
}
catch {
    $moved = Start-Process -FilePath sleep -ArgumentList 3600 -PassThru
    $other = Start-Process -FilePath sleep -ArgumentList 3600 -PassThru
}

[IO.File]::WriteAllText('/sys/fs/cgroup/cgroup.subtree_control', '+cpuset')
$null = [IO.Directory]::CreateDirectory('/sys/fs/cgroup/moved')
[IO.File]::WriteAllText('/sys/fs/cgroup/moved/cpuset.mems', '0')
[IO.File]::WriteAllText('/sys/fs/cgroup/moved/cgroup.procs', "$($moved.Id)")

function Move-Process {
    $script:node = 1 - $script:node
    [IO.File]::WriteAllText('/sys/fs/cgroup/moved/cpuset.mems', "$script:node")
    [Threading.Thread]::Sleep(1000)
}

function Get-CountByType {
    param([object[]] $Walk)
    $counts = @{}
    foreach ($group in $Walk | Group-Object PageType) { $counts[$group.Name] = $group.Count }
    $counts
}

# How many walks one migration of a page of each type is, as a session sees it that records them now.
function Measure-Migration {
    $counts = @{}
    $regions = foreach ($type in 'Ksm', 'Anon', 'File') { New-RmapRegion $type -PageCount 20 -SplitVma }
    $null = Invoke-KsmMerge -Id $PID
    foreach ($region in $regions) {
        # A thread that needs memory may have to compact it, and a page that somebody holds for a moment is put back and tried again, each with walks of its own. Then it is moved once more.
        foreach ($try in 1..5) {
            $thread = (Invoke-RmapWalk $region).ThreadId
            $walks = @(Get-RmapWalk | Where-Object ThreadId -EQ $thread)
            if ($walks.Count -le 2) { break }
        }

        $counts["$($region.PageType)"] = @{ Walks = $walks.Count; OfType = @($walks | Where-Object { $null -eq $_.PageType -or $_.PageType -eq $region.PageType }).Count }
    }

    $regions | Remove-RmapRegion
    $counts
}

# What is saved of a session, read back, against what was in it. The session's text has whole microseconds.
function Compare-Saved {
    $looked = @(Get-RmapWalk)
    $file = Join-Path ([IO.Path]::GetTempPath()) 'ksmtools-saved.dat'
    Save-RmapTrace $file -Force
    $saved = @(Import-RmapTrace $file -AsWalk)
    Remove-Item $file
    $differences = 0
    for ($i = 0; $i -lt [Math]::Min($looked.Count, $saved.Count); $i++) {
        $one, $other = $looked[$i], $saved[$i]
        $differ = foreach ($name in 'PageType', 'ThreadId', 'Command', 'Cpu', 'EndCpu', 'Locked', 'Caller', 'Approximate') { if ("$($one.$name)" -ne "$($other.$name)") { $name } }
        if ($differ -or [Math]::Abs($one.StartNanoseconds - $other.StartNanoseconds) -gt 1000 -or [Math]::Abs($one.DurationNanoseconds - $other.DurationNanoseconds) -gt 1000) { $differences++ }
    }

    @{ Looked = $looked.Count; Saved = $saved.Count; Differences = $differences }
}

# A session empties the log of errors again where it was empty before.
[IO.File]::WriteAllText("$tracing/error_log", '')
$before = Read-Tracing
$sources = @{}
foreach ($source in @('Tracepoint', 'Fprobe', 'Kprobe', 'MigrationPte')) {
    try {
        $session = Enable-RmapTrace -Source $source -BufferSize 4MB -PassThru
    }
    catch {
        $sources[$source] = @{ Refusal = $_.FullyQualifiedErrorId.Split(',')[0]; Left = [string[]](Read-Tracing | Where-Object { $before -notcontains $_ }) }
        continue
    }

    Move-Process
    Disable-RmapTrace
    $looked = @(Get-RmapWalk)
    $session = Get-RmapTrace
    $walks = @(Receive-RmapEvent | ConvertTo-RmapWalk)
    $sources[$source] = @{
        Functions     = [string[]]$session.Functions
        NotCovered    = [string[]]$session.NotCovered
        MissedReturns = $session.MissedReturns
        Lost          = $session.Overrun + $session.Dropped
        Walks         = Get-CountByType $walks
        Looked        = $looked.Count
        Received      = $walks.Count
        Longest       = ($walks | Measure-Object DurationMicroseconds -Maximum).Maximum
        LookedLongest = ($looked | Measure-Object DurationMicroseconds -Maximum).Maximum
        Callers       = [string[]]@($walks.Caller | Where-Object { $_ } | Sort-Object -Unique)
        Commands      = [string[]]@($walks.Command | Sort-Object -Unique)
        UnknownLocked = @($walks | Where-Object { $null -eq $_.Locked }).Count
        Approximate   = $walks[0].Approximate
    }
    Clear-RmapTrace -Confirm:$false
    Enable-RmapTrace -Source $source -BufferSize 4MB
    $sources[$source].Migrations = Measure-Migration
    Disable-RmapTrace
    $sources[$source].Saved = Compare-Saved
    Remove-RmapTrace
    $sources[$source].Left = [string[]](Read-Tracing | Where-Object { $before -notcontains $_ })
}

# What a kernel does whose compiler has left no function for walks of file pages alone: the kernel refuses names that it does not have.
$names = [KsmTools.Tracing.Sessions.RmapTraceSession].Assembly.GetType('KsmTools.Tracing.Sessions.FunctionNames')
$live = $names.GetField('_live', 'NonPublic, Static')
$former = $live.GetValue($null)
$without = @{}
foreach ($source in @('Fprobe', 'Kprobe' | Where-Object { -not $sources[$_].Refusal })) {
    $live.SetValue($null, [Activator]::CreateInstance($names, @(, [string[]]('rmap_walk_ksm', 'rmap_walk_anon', '__rmap_walk_file.gone', 'rmap_walk_file.gone'))))
    $session = Enable-RmapTrace -Source $source -BufferSize 4MB -PassThru
    $without[$source] = @{
        Functions  = [string[]]$session.Functions
        NotCovered = [string[]]$session.NotCovered
        Filter     = $session.Filter
        Migrations = Measure-Migration
    }
    $without[$source].Unmatched = (Measure-RmapWalk -Name ksmtools | Measure-Object UnmatchedEnds -Sum).Sum
    Remove-RmapTrace
    Enable-RmapTrace -Source $source -PageType File -BufferSize 4MB
    $without[$source].OnlyFile = Measure-Migration
    Remove-RmapTrace
    Enable-RmapTrace -Source $source -Aggregate
    Invoke-RmapWalk ($region = New-RmapRegion Anon -PageCount 1)
    Remove-RmapRegion $region
    $without[$source].Counted = [string[]]@((Measure-RmapWalk -Name ksmtools).PageType)
    Remove-RmapTrace
}

$live.SetValue($null, $former)

# The best source and another exact one look at one move, on the stopwatch's clock.
$compared = @{}
$best, $others = @('Tracepoint', 'Fprobe', 'Kprobe' | Where-Object { -not $sources[$_].Refusal })
foreach ($source in $others) {
    Enable-RmapTrace best -Source $best -Clock mono -BufferSize 4MB
    Enable-RmapTrace other -Source $source -Clock mono -BufferSize 4MB
    $from = [Diagnostics.Stopwatch]::GetTimestamp()
    Move-Process
    $to = [Diagnostics.Stopwatch]::GetTimestamp()
    Disable-RmapTrace best, other
    $compared[$source] = @{ From = $from; To = $to }
    foreach ($name in 'Best', 'Other') {
        $walks = Receive-RmapEvent $name.ToLowerInvariant() | ConvertTo-RmapWalk
        $compared[$source][$name] = [string[]]@($walks | ForEach-Object { "$($_.PageType) $($_.ThreadId) $($_.StartNanoseconds) $($_.DurationNanoseconds)" })
    }

    Remove-RmapTrace best, other
}

$filtered = @{}
Enable-RmapTrace -PageType Anon
Move-Process
$filtered.PageType = Get-CountByType @(Receive-RmapEvent | ConvertTo-RmapWalk)
Remove-RmapTrace
Enable-RmapTrace -ProcessId $other.Id
Move-Process
$filtered.OtherProcess = @(Receive-RmapEvent).Count
Remove-RmapTrace

$counted = @{}
Enable-RmapTrace exact -BufferSize 4MB
Enable-RmapTrace counted -Aggregate
Move-Process
Disable-RmapTrace counted, exact
$walks = @(Receive-RmapEvent exact | ConvertTo-RmapWalk)
foreach ($group in $walks | Group-Object PageType) {
    $sum = ($group.Group | Measure-Object DurationNanoseconds -Sum).Sum
    $kernel = Measure-RmapWalk -Name counted | Where-Object PageType -EQ $group.Name
    $counted[$group.Name] = @{ Exact = $group.Count; Counted = $kernel.Count; ExactTotal = $sum; CountedTotal = $kernel.TotalNanoseconds; Buckets = ($kernel.Histogram | Measure-Object Count -Sum).Sum }
}

$counted.Entries = (Get-RmapTrace counted).Entries
Clear-RmapTrace counted -Confirm:$false
$counted.Cleared = @(Measure-RmapWalk -Name counted).Count
Remove-RmapTrace *

$auto = Enable-RmapTrace -PassThru
Remove-RmapTrace

# Somebody removes the instance: the probes stay, and go with what is left of the session.
foreach ($source in @('Tracepoint', 'Fprobe', 'Kprobe', 'MigrationPte' | Where-Object { -not $sources[$_].Refusal })) {
    Enable-RmapTrace -Source $source
    [IO.Directory]::Delete("$tracing/instances/ksmtools")
    Remove-RmapTrace
}

# Probes that somebody else has defined in the group of the tracepoints are not taken for them, nor taken away.
$isNative = [IO.Directory]::Exists("$tracing/events/rmap")
if (-not $isNative) {
    foreach ($name in @('rmap_walk_start', 'rmap_walk_end')) {
        [IO.File]::AppendAllText("$tracing/dynamic_events", "p:rmap/$name rmap_walk_anon`n")
    }
}

$beside = (Enable-RmapTrace -PassThru).Source
Remove-RmapTrace
if (-not $isNative) {
    $kept = [IO.File]::ReadAllLines("$tracing/dynamic_events").Count
    foreach ($name in @('rmap_walk_start', 'rmap_walk_end')) {
        [IO.File]::AppendAllText("$tracing/dynamic_events", "-:rmap/$name`n")
    }
}

$answers = @{
    Sources  = $sources
    Compared = $compared
    Without  = $without
    Filtered = $filtered
    Counted  = $counted
    Auto     = "$($auto.Source)"
    Beside   = "$beside"
    Kept     = $kept
    Refused  = [string[]]$auto.Unavailable.Source
    Left     = [string[]](Read-Tracing | Where-Object { $before -notcontains $_ })
}
$moved, $other | Stop-Process
ConvertTo-Json $answers -Depth 5 | Out-File "$env:LAB_OUT/sessions.json"
ConvertTo-Json $answers -Depth 5
