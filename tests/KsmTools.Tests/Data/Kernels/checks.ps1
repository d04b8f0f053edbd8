# What a kernel of the lab is asked, in one process: starting one takes longer than all of this. Answers go to $LAB_OUT/answers.json.
$ErrorActionPreference = 'Stop'
$tracing = '/sys/kernel/tracing'

function Read-Knob { param([string] $Path) [IO.File]::ReadAllText($Path).Trim() }

# The walks while this process is moved to a NUMA node, which a change of its cpuset does.
function Measure-Move {
    param([int] $Node)

    Enable-RmapTrace -BufferSize 32MB
    [IO.File]::WriteAllText('/sys/fs/cgroup/lab/cpuset.mems', "$Node")
    Disable-RmapTrace
    $measured = @{}
    foreach ($group in Measure-RmapWalk -Name ksmtools) {
        $measured["$($group.PageType)"] = @{ Count = $group.Count; P50Nanoseconds = $group.P50Nanoseconds }
    }

    Remove-RmapTrace
    $measured
}

$answers = @{
    Release  = Read-Knob '/proc/sys/kernel/osrelease'
    Nodes    = Read-Knob '/sys/devices/system/node/online'
    Native   = [IO.Directory]::Exists("$tracing/events/rmap")
    PageIdle = [IO.File]::Exists('/sys/kernel/mm/page_idle/bitmap')
}

$region = New-RmapRegion -PageType Ksm -PageCount 2000 -SplitVma
$ordinary = New-RmapRegion -PageType Anon -PageCount 100
$merge = Invoke-KsmMerge -Id $PID
$answers.Converged = $merge.Converged
$answers.PagesMerged = $merge.PagesMerged
$answers.PagesShared = (Get-KsmStatus).PagesShared
$answers.PagesSharing = (Get-KsmStatus).PagesSharing
$answers.MergingPages = (Get-KsmProcess -Id $PID).MergingPages
$answers.Capability = (Test-KsmSupport | Where-Object Name -EQ 'Bounded KSM walks').Available
$answers.Today = [string[]]@(Compare-RmapStrategy -Id $PID | Where-Object IsToday | ForEach-Object { "$($_.Strategy)" })
$answers.Visits = @(Compare-RmapStrategy -Id $PID | ForEach-Object VmasVisited)
$answers.Diagnosis = "$((Get-KsmStatus).Diagnosis)"

[IO.File]::WriteAllText('/sys/fs/cgroup/cgroup.subtree_control', '+cpuset')
$null = [IO.Directory]::CreateDirectory('/sys/fs/cgroup/lab')
[IO.File]::WriteAllText('/sys/fs/cgroup/lab/cpuset.mems', '0')
[IO.File]::WriteAllText('/sys/fs/cgroup/lab/cgroup.procs', "$PID")
$answers.Walks = Measure-Move 1

$region, $ordinary | Remove-RmapRegion
$second = New-RmapRegion -PageType Ksm -PageCount 500
$answers.MergedAgain = (Invoke-KsmMerge -Id $PID).PagesMerged
Remove-RmapRegion $second
Stop-Ksm -Unmerge -Confirm:$false
$answers.SharingAfterwards = (Get-KsmStatus).PagesSharing
ConvertTo-Json $answers -Depth 4 | Out-File "$env:LAB_OUT/answers.json"
