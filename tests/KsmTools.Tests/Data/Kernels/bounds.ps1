# How many mappings walks of KSM pages visit on layouts of known anon_vmas, and between which bounds Compare-RmapStrategy has them. Answers go to $LAB_OUT/bounds.json.
param([int] $Pages = 600, [string] $Hold)
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$null = Compare-RmapStrategy 2 2
$kernel = [KsmTools.Model.RmapStrategy].Assembly
$any = [Reflection.BindingFlags]'Static,Instance,Public,NonPublic'
$memory = $kernel.GetType('KsmTools.Interop.MemoryCalls')
$map, $unmap, $protect, $advise = 'Map', 'Unmap', 'Protect', 'Advise' | ForEach-Object { $memory.GetMethod($_, $any) }

function New-Map {
    param([long] $Address, [int] $Count, [int] $Protection = 3)
    $flags = if ($Address) { 0x32 } else { 0x22 }
    $at = $map.Invoke($null, @([IntPtr]$Address, [UIntPtr]($Count * 4096L), $Protection, $flags, -1, [IntPtr]0))
    if ([long]$at -eq -1) { throw 'mmap' }
    [long]$at
}

function Remove-Map { param([long] $Address, [int] $Count) $null = $unmap.Invoke($null, @([IntPtr]$Address, [UIntPtr]($Count * 4096L))) }

# Room between two pages that may not be touched: beside other memory, a mapping would become one with it, and madvise would cut it off again, on the same anon_vma.
function New-Room { $guard = New-Map 0 ($Pages + 2) 0; Remove-Map ($guard + 4096) $Pages; $guard + 4096 }

# Equal pages that ksmd may merge.
$bytes = [byte[]]::new(4096)
[Array]::Fill($bytes, [byte]0x5a)
function Set-Page {
    param([long] $Address, [int] $Count)
    for ($page = 0; $page -lt $Count; $page++) { [Runtime.InteropServices.Marshal]::Copy($bytes, 0, [IntPtr]($Address + $page * 4096L), 4096) }
    $null = $advise.Invoke($null, @([IntPtr]$Address, [UIntPtr]($Count * 4096L), 12))
}

function New-Hole { param([long] $Address) for ($page = 0; $page -lt $Pages; $page += 2) { Remove-Map ($Address + $page * 4096L) 1 } }

# A process that has nothing to do with this one, and the same pages between holes.
if ($Hold) {
    $at = New-Map (New-Room) $Pages
    Set-Page $at $Pages
    New-Hole $at
    [IO.File]::WriteAllText($Hold, '')
    [Threading.Thread]::Sleep(-1)
}

# fork(); the child waits for ever: mov eax, 57; syscall; test eax, eax; jz +1; ret; mov eax, 34 (pause); syscall; jmp -9.
$stub = [byte[]](0xb8, 57, 0, 0, 0, 0x0f, 0x05, 0x85, 0xc0, 0x74, 0x01, 0xc3, 0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7)
$code = New-Map 0 1 7
[Runtime.InteropServices.Marshal]::Copy($stub, 0, [IntPtr]$code, $stub.Length)
$fork = [Runtime.InteropServices.Marshal]::GetDelegateForFunctionPointer([IntPtr]$code, [Threading.ThreadStart])

# /proc/PID/task/TID/children would say, but is there only with CONFIG_PROC_CHILDREN, which the lab's own kernels do not have.
function Get-Child {
    foreach ($process in [IO.Directory]::GetDirectories('/proc') -match '/\d+$') {
        try { $stat = [IO.File]::ReadAllText("$process/stat") } catch [IO.IOException] { continue }
        if (($stat -replace '(?s)^.*\) ').Split(' ')[1] -eq $PID) { [IO.Path]::GetFileName($process) }
    }
}
function New-Child { param([int] $Count) for ($child = 0; $child -lt $Count; $child++) { $fork.Invoke() } }

function Invoke-Scan { $null = Invoke-KsmMerge -Id $PID }

# The kernel goes to the next mapping of a tree by a function of its own: its calls are the visits. Nothing is recorded of them. A migration makes one pass over the items, or two
# where there are forks without items, and ends it when all is unmapped; then two whole ones. A page that somebody holds for a moment is tried again, so the fewest count. Linux 7.3 has
# another name for the function. It is looked up: what the kernel refuses stays in tracefs's log of errors.
$tracing = '/sys/kernel/tracing'
$before = 'dynamic_events', 'error_log' | ForEach-Object { "$_=" + [IO.File]::ReadAllText("$tracing/$_").Trim() }
$symbols = [IO.File]::ReadAllText('/proc/kallsyms')
$next = 'anon_vma_interval_tree_iter_next', 'anon_rmap_tree_iter_next' | Where-Object { $symbols -match " [Tt] $_\n" }
[IO.File]::AppendAllText("$tracing/dynamic_events", "p:bounds/visit $next`n")
[IO.File]::WriteAllText("$tracing/events/bounds/visit/filter", 'common_pid == -1')
function Get-Visit { [long](([IO.File]::ReadAllText("$tracing/kprobe_profile") -split "`n" -match '\bvisit\b')[0].Trim() -split '\s+')[1] }
function Measure-Visit {
    param([int] $Id, [long] $Address)
    $counts = foreach ($time in 1..5) {
        [IO.File]::WriteAllText("$tracing/events/bounds/visit/enable", '1')
        $before = Get-Visit
        $null = Invoke-RmapWalk -Id $Id -Address $Address -Confirm:$false
        (Get-Visit) - $before
        [IO.File]::WriteAllText("$tracing/events/bounds/visit/enable", '0')
    }

    ($counts | Measure-Object -Minimum).Minimum
}

$cases = @()
function Add-Case {
    param([string] $Name, [long] $Truth, [long] $TruthElsewhere)
    $full, $stored = Compare-RmapStrategy -Id $PID
    if ($TruthElsewhere) { $Truth = $full.Sharing * $Truth + $full.SharingElsewhere * $TruthElsewhere }
    $visits = Measure-Visit $PID $full.Address
    $script:cases += @{
        Name = $Name; Truth = $Truth; Visits = $visits; Bounded = $stored.IsToday
        Minimum = $full.MinimumVmasVisited; Visited = $full.VmasVisited; Maximum = $full.MaximumVmasVisited
        Stored = $stored.VmasVisited; Sharing = $full.Sharing; Elsewhere = $full.SharingElsewhere
    }
}

$damon = '/sys/module/damon_stat/parameters/enabled'
if ([IO.File]::Exists($damon)) { [IO.File]::WriteAllText($damon, 'N') }
Stop-Ksm -Unmerge -Confirm:$false
Stop-Ksm -Confirm:$false

# One mapping.
$at = New-Map (New-Room) $Pages
Set-Page $at $Pages
Invoke-Scan
Add-Case OneMapping 256
Remove-Map $at $Pages

# The kernel makes one of mappings that are added one by one.
$room = New-Room
for ($page = 0; $page -lt $Pages; $page++) { $null = New-Map ($room + $page * 4096L) 1 }
Set-Page $room $Pages
Invoke-Scan
Add-Case Adjacent 256
Remove-Map $room $Pages

# Each mapping written before it has a neighbour, and no neighbours at all.
$room = New-Room
for ($page = 0; $page -lt $Pages; $page += 2) { $null = New-Map ($room + $page * 4096L) 1; Set-Page ($room + $page * 4096L) 1 }
Invoke-Scan
Add-Case Apart 256
Remove-Map $room $Pages

# Holes.
$at = New-Map (New-Room) $Pages
Set-Page $at $Pages
New-Hole $at
Invoke-Scan
Add-Case Holes (256L * $Pages / 2)

# Forks of that, which ksmd has yet to see.
New-Child 3
Add-Case Forked (4 * 256L * $Pages / 2)
Stop-Process -Id (Get-Child) -Force
foreach ($wait in 1..100) { if (@(Get-Child | Where-Object { [IO.File]::ReadAllText("/proc/$_/stat") -notmatch '\) Z' }).Count -eq 0) { break }; [Threading.Thread]::Sleep(50) }
Remove-Map $at $Pages

# mprotect.
$at = New-Map (New-Room) $Pages
Set-Page $at $Pages
for ($page = 0; $page -lt $Pages; $page += 2) { $null = $protect.Invoke($null, @([IntPtr]($at + $page * 4096L), [UIntPtr]4096, 1)) }
Invoke-Scan
Add-Case Protected (256L * $Pages)
Remove-Map $at $Pages

# A process that is no relative, with its own tree. So few pages have a node together with some of its.
$ready = "$env:LAB_OUT/ready"
$other = Start-Process ([Environment]::ProcessPath) -ArgumentList ([Environment]::GetCommandLineArgs()[0]), '-NoProfile', '-NonInteractive', '-File', $PSCommandPath, '-Hold', $ready -PassThru
while (-not [IO.File]::Exists($ready)) { if ($other.HasExited) { throw 'The other process has ended.' }; [Threading.Thread]::Sleep(100) }
$at = New-Map (New-Room) 100
Set-Page $at 100
$null = Invoke-KsmMerge -Id $PID, $other.Id
Add-Case Unrelated 1 ($Pages / 2)
$other | Stop-Process -Force
$other.WaitForExit()
Remove-Map $at 100

# Forked before the pages merge.
$at = New-Map (New-Room) $Pages
Set-Page $at $Pages
New-Hole $at
New-Child 2
Invoke-Scan
Add-Case ForkedBefore 0
Stop-Process -Id (Get-Child) -Force
[IO.File]::AppendAllText("$tracing/dynamic_events", "-:bounds/visit`n")
$left = @('dynamic_events', 'error_log' | ForEach-Object { "$_=" + [IO.File]::ReadAllText("$tracing/$_").Trim() } | Where-Object { $before -notcontains $_ })
$answers = @{ Layouts = $cases; Left = $left }
ConvertTo-Json $answers -Depth 4 | Out-File "$env:LAB_OUT/bounds.json"
ConvertTo-Json $answers -Depth 4 -Compress
