# Pages and what makes the kernel walk them, on a kernel of the lab, in one process. Answers go to $LAB_OUT/memory.json.
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'

# A control group of its own before there is any memory to charge to it, and somewhere for anonymous pages to go.
[IO.File]::WriteAllText('/sys/fs/cgroup/cgroup.subtree_control', '+memory')
$null = [IO.Directory]::CreateDirectory('/sys/fs/cgroup/memory')
[IO.File]::WriteAllText('/sys/fs/cgroup/memory/cgroup.procs', "$PID")

function Get-Reason { param($ErrorRecord) $ErrorRecord.FullyQualifiedErrorId.Split(',')[0] }

function New-TestRegion {
    @{
        Ksm  = New-RmapRegion -PageType Ksm -PageCount 300 -SplitVma
        Anon = New-RmapRegion -PageType Anon -PageCount 20 -SplitVma
        File = New-RmapRegion -PageType File -PageCount 20 -SplitVma
    }
}

function Get-Summary {
    param([object[]] $Page)
    @{
        Types   = [string[]]@($Page | ForEach-Object { "$($_.PageType)" } | Sort-Object -Unique)
        Frames  = @($Page.PageFrame | Sort-Object -Unique).Count
        Present = @($Page | Where-Object Present).Count
        Nodes   = [int[]]@($Page.Node | Sort-Object -Unique)
        Shares  = [long[]]@($Page.ShareCount | Sort-Object -Unique)
        KsmFlag = @($Page | Where-Object { $_.Flags -band [KsmTools.Memory.PageFlags]::Ksm }).Count
    }
}

# Walks of a page by the thread that the trigger had, and by all triggers' threads: a folio is found by its frame.
function Measure-Trigger {
    param([object] $Region, [string] $Trigger)
    Enable-RmapTrace -BufferSize 16MB
    try {
        $result = Invoke-RmapWalk $Region -Trigger $Trigger -Confirm:$false
        Disable-RmapTrace
        # The snapshot is text, in which the kernel hides addresses; the buffers hold them.
        $walks = @(Receive-RmapEvent | ConvertTo-RmapWalk | Where-Object ThreadId -EQ $result.ThreadId)
        $after = Get-ProcessPage $PID $Region.Address
        if ($null -eq $script:base) {
            # The first and the last walk of a migration are of the page before and after: that gives the size of a struct page, and where the first is.
            $script:size = [long](([bigint]$walks[-1].Folio - [bigint]$walks[0].Folio) / ($after.PageFrame - $result.PageFrame))
            $script:base = [bigint]$walks[0].Folio - $script:size * $result.PageFrame
        }

        $folios = $result.PageFrame, $after.PageFrame | Where-Object { $null -ne $_ } | ForEach-Object { $script:base + $script:size * $_ }
        $own = @($walks | Where-Object { $folios -contains [bigint]$_.Folio })
        if ($Trigger -eq 'Reclaim') {
            # The page has left its frame to whoever came next, and reclaim may have come to that one, too.
            $own = @(foreach ($walk in $own) { if ($walk.PageType -ne $result.PageType) { break } else { $walk } })
        }

        @{
            Walks    = $own.Count
            All      = $walks.Count
            Types    = [string[]]@($own | ForEach-Object { "$($_.PageType)" } | Sort-Object -Unique)
            Command  = [string[]]@($walks.Command | Sort-Object -Unique)
            Pages    = $result.Pages
            Type     = "$($result.PageType)"
            From     = $result.FromNode
            To       = $result.ToNode
            Node     = $after.Node
            Present  = $after.Present
            Moved    = $after.PageFrame -ne $result.PageFrame
            Longest  = $(if ($own) { ($own | Measure-Object DurationMicroseconds -Sum).Sum })
            Elapsed  = $result.Elapsed.TotalMicroseconds
            Lost     = (Get-RmapTrace).Overrun
        }
    }
    catch {
        @{ Refusal = Get-Reason $_; Message = "$_" }
    }
    finally {
        Remove-RmapTrace
    }
}

# NUMA balancing takes pages out of sight until they are used. On 6.1 move_pages(2) and ksmd do not find them then: memory that it may touch is moved under it, and regions, which
# it leaves alone, merge under it.
$regions = New-TestRegion
$hugePages = '/sys/kernel/mm/transparent_hugepage/enabled'
[IO.File]::WriteAllText($hugePages, 'never')
$array = [byte[]]::new(300 * 4096)
[Array]::Fill($array, [byte] 1)
$pin = [Runtime.InteropServices.GCHandle]::Alloc($array, 'Pinned')
$first = $pin.AddrOfPinnedObject().ToInt64() + 4095 -band -bnot 4095
[Threading.Thread]::Sleep(3000)
$underBalancing = [string[]]@(Move-ProcessPage -Id $PID -Address $first -Count 298 -Node 1 | ForEach-Object { "$($_.FromNode)>$($_.ToNode) $($_.Verified)" } | Sort-Object -Unique)
$pin.Free()
[IO.File]::WriteAllText($hugePages, 'always')

$before = @{}
foreach ($type in $regions.Keys) { $before[$type] = Get-Summary @($regions[$type] | Get-ProcessPage) }
$null = Invoke-KsmMerge -Id $PID
$pages = @{}
foreach ($type in $regions.Keys) { $pages[$type] = Get-Summary @($regions[$type] | Get-ProcessPage) }
$one = Get-ProcessPage $PID $regions.Ksm.Address

# What the kernel itself says of an anonymous page: some kernels say KSM of every one.
$flags = [IO.File]::OpenRead('/proc/kpageflags')
$null = $flags.Seek(8 * (Get-ProcessPage $PID $regions.Anon.Address).PageFrame, 'Begin')
$word = [byte[]]::new(8)
$null = $flags.Read($word, 0, 8)
$flags.Dispose()

$moves = @{}
foreach ($type in $regions.Keys) {
    $there = @($regions[$type] | Move-ProcessPage -Node 1)
    $now = @($regions[$type] | Get-ProcessPage)
    $again = @($regions[$type] | Move-ProcessPage -Node 1)
    $back = @($regions[$type] | Move-ProcessPage -Node 0)
    $moves[$type] = @{
        There    = [string[]]@($there | ForEach-Object { "$($_.FromNode)>$($_.ToNode) $($_.Status) $($_.Verified)" } | Sort-Object -Unique)
        Nodes    = [int[]]@($now.Node | Sort-Object -Unique)
        Types    = [string[]]@($now | ForEach-Object { "$($_.PageType)" } | Sort-Object -Unique)
        Again    = [string[]]@($again | ForEach-Object { "$($_.Status) $($_.Attempts) $($_.Verified)" } | Sort-Object -Unique)
        Back     = [string[]]@($back | ForEach-Object { "$($_.FromNode)>$($_.ToNode) $($_.Status) $($_.Verified)" } | Sort-Object -Unique)
        Attempts = ($there + $back | Measure-Object Attempts -Maximum).Maximum
    }
}

# ksmd holds pages while it compares them.
Set-KsmConfiguration -Run Running -PagesToScan 1000 -SleepMilliseconds 1
$busy = foreach ($round in 1..5) { $regions.Ksm | Move-ProcessPage -Node ($round % 2) -ErrorAction SilentlyContinue }
Set-KsmConfiguration -Run Stopped
$null = $regions.Ksm | Move-ProcessPage -Node 0
$underKsmd = @{
    Statuses = [string[]]@($busy | ForEach-Object { "$($_.Status) $($_.Verified)" } | Sort-Object -Unique)
    Attempts = ($busy | Measure-Object Attempts -Maximum).Maximum
    Count    = @($busy).Count
}

$absent = Move-ProcessPage $PID 0x1000 1 -ErrorAction SilentlyContinue -ErrorVariable failure
$errors = @{
    Absent = "$($absent.Status) $(Get-Reason $failure[0])"
    Node   = $(try { Move-ProcessPage $PID $regions.Anon.Address 9 } catch { Get-Reason $_ })
    Ended  = $(Move-ProcessPage 4000000 0x1000 1 -ErrorAction SilentlyContinue -ErrorVariable failure; Get-Reason $failure[0])
}
[IO.File]::WriteAllText('/sys/fs/cgroup/cgroup.subtree_control', '+cpuset')
[IO.File]::WriteAllText('/sys/fs/cgroup/memory/cpuset.mems', '0')
$errors.Cpuset = $(try { Move-ProcessPage $PID $regions.Anon.Address 1 } catch { Get-Reason $_ })
[IO.File]::WriteAllText('/sys/fs/cgroup/memory/cpuset.mems', '0-1')

$script:base = $null
$triggers = @{ MovePages = @{} }
foreach ($type in 'Anon', 'File', 'Ksm') { $triggers.MovePages[$type] = Measure-Trigger $regions[$type] MovePages }
$triggers.NoSwap = Measure-Trigger $regions.Anon PageOut
[IO.File]::WriteAllText('/sys/block/zram0/disksize', '512M')
$null = mkswap /dev/zram0
swapon /dev/zram0
# The multi-generational LRU may never come to a merged page.
if ([IO.File]::Exists('/sys/kernel/mm/lru_gen/enabled')) {
    [IO.File]::WriteAllText('/sys/kernel/mm/lru_gen/enabled', 'y')
    $generations = try { $null = Invoke-RmapWalk $regions.Ksm -Trigger Reclaim } catch { "$(Get-Reason $_) $_" }
    [IO.File]::WriteAllText('/sys/kernel/mm/lru_gen/enabled', 'n')
}
foreach ($trigger in 'PageIdle', 'SoftOffline', 'PageOut', 'Reclaim') {
    # Reclaim takes the other pages too, and what comes back from swap is no longer merged: merged pages are the first.
    $triggers[$trigger] = @{}
    foreach ($type in 'Ksm', 'Anon', 'File') { $triggers[$trigger][$type] = Measure-Trigger $regions[$type] $trigger }
}

$auto = Invoke-RmapWalk $regions.Anon
$compaction = Measure-Trigger $regions.Ksm Compaction
$regions.Values | Remove-RmapRegion
Stop-Ksm -Unmerge -Confirm:$false

$answers = @{
    Nodes      = @(Get-NumaNode | ForEach-Object { @{ Id = $_.Id; HasMemory = $_.HasMemory; Cpus = $_.Cpus; MemoryBytes = $_.MemoryBytes; Distances = $_.Distances } })
    Before     = $before
    Pages      = $pages
    One        = "$($one.PageType)"
    AnonIsKsm  = ([BitConverter]::ToInt64($word, 0) -band (1 -shl 21)) -ne 0
    Moves      = $moves
    UnderKsmd  = $underKsmd
    Balanced   = $underBalancing
    Errors     = $errors
    Triggers   = $triggers
    PageStruct = $script:size
    Compaction = $compaction
    Lru        = $generations
    Auto       = "$($auto.Trigger) $($auto.Unavailable.Count) $($auto.Pages)"
}
ConvertTo-Json $answers -Depth 6 | Out-File "$env:LAB_OUT/memory.json"
ConvertTo-Json $answers -Depth 6
