# Merged pages are migrated on a kernel of the lab, with two NUMA nodes. Answers go to $LAB_OUT/migration.json.
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'

# A verdict Fail is an error, too; the verdict is what is looked at.
$PSDefaultParameterValues['Test-KsmMigration:ErrorAction'] = 'SilentlyContinue'

function Get-Knobs { [string[]]@(Get-KsmConfiguration | ForEach-Object { $c = $_; $c.PSObject.Properties | ForEach-Object { "$($_.Name)=$($_.Value)" } }) }

function Get-Answer {
    param([object[]] $Result)
    @($Result | ForEach-Object {
            @{
                Scenario = "$($_.Scenario)"; PageType = "$($_.PageType)"; Result = "$($_.Result)"; Reason = $_.Reason; Remedy = $_.Remedy; PageCount = $_.PageCount
                PagesShared = $_.PagesShared; PagesSharing = $_.PagesSharing; MigratedPages = $_.MigratedPages
                MappingsVerified = $_.MappingsVerified; Trigger = "$($_.Trigger)"; FromNode = $_.FromNode; ToNode = $_.ToNode; Attempts = $_.Attempts
            }
        })
}

# What other tests have merged in this guest is not ours, and keeps merge_across_nodes.
Stop-Ksm -Unmerge -Confirm:$false
Stop-Ksm -Confirm:$false
$before = Get-Knobs

# Swap needs some, groups with the memory controller, and the LRU whose reclaim reaches merged pages.
swapoff -a
[IO.File]::WriteAllText('/sys/block/zram0/reset', '1')
$swapless = Test-KsmMigration -Scenario Swap
[IO.File]::WriteAllText('/sys/fs/cgroup/cgroup.subtree_control', '+memory')
[IO.File]::WriteAllText('/sys/block/zram0/disksize', '128M')
$null = mkswap /dev/zram0
swapon /dev/zram0
$generations = '/sys/kernel/mm/lru_gen/enabled'
$lru = if ([IO.File]::Exists($generations)) { [IO.File]::ReadAllText($generations).Trim() }
$swapUnderLru = @(if ($lru -and [int]$lru -band 1) { Test-KsmMigration -Scenario Swap })
if ($lru) { [IO.File]::WriteAllText($generations, '0') }
$all = Test-KsmMigration
$many = Test-KsmMigration -PageCount 600
$quiet = Test-KsmMigration -Quiet

# Pages of another node are not merged with these then.
Set-KsmConfiguration -MergeAcrossNodes $false
$apart = Test-KsmMigration
Set-KsmConfiguration -MergeAcrossNodes $true
$after = Get-Knobs

swapoff /dev/zram0
[IO.File]::WriteAllText('/sys/block/zram0/reset', '1')
if ($lru) { [IO.File]::WriteAllText($generations, $lru) }

# A node that the pages may not go to.
[IO.File]::WriteAllText('/sys/fs/cgroup/cgroup.subtree_control', '+cpuset')
$null = [IO.Directory]::CreateDirectory('/sys/fs/cgroup/one')
[IO.File]::WriteAllText('/sys/fs/cgroup/one/cpuset.mems', '0')
[IO.File]::WriteAllText('/sys/fs/cgroup/one/cgroup.procs', "$PID")
$confined = Test-KsmMigration -Scenario Basic
$confinedQuiet = Test-KsmMigration -Scenario Basic -Quiet

$answers = @{
    All           = @(Get-Answer $all)
    Swapless      = @(Get-Answer $swapless)
    SwapUnderLru  = @(Get-Answer $swapUnderLru)
    Groups        = @([IO.Directory]::GetDirectories('/sys/fs/cgroup', 'ksmtools*')).Count
    Many          = @(Get-Answer $many)
    Apart         = @(Get-Answer $apart)
    Confined      = @(Get-Answer $confined)
    Quiet         = $quiet
    ConfinedQuiet = $confinedQuiet
    Before        = $before
    After         = $after
    Sharing       = (Get-KsmStatus).PagesSharing
    Journal       = [IO.File]::Exists('/run/ksmtools/journal')
}
ConvertTo-Json $answers -Depth 4 | Out-File "$env:LAB_OUT/migration.json"
ConvertTo-Json $answers -Depth 4
