# Dot-sourced by the suite: where things are, what this machine has, and trees that stand for a kernel.
$root = Split-Path (Split-Path $PSScriptRoot)
$manifest = Join-Path $root 'KsmTools.psd1'
$ksmFolder = '/sys/kernel/mm/ksm'
$compactMemory = '/proc/sys/vm/compact_memory'
. $PSScriptRoot/Processes.ps1

# Cmdlets that change something, by their verb.
$changingVerbs = 'Clear', 'Disable', 'Enable', 'Export', 'Invoke', 'Move', 'New', 'Optimize', 'Remove', 'Reset', 'Restore', 'Save', 'Set', 'Start', 'Stop'

# A test that needs ksmd to run changes its settings for a while.
$changingTests = 'Test-KsmMigration'

# A file of the unit tests' data, by the end of its path.
function Get-Capture {
    param([string] $Name)

    Get-ChildItem (Join-Path $root 'tests/KsmTools.Tests/Data') -Recurse -File |
        Where-Object { $_.FullName.EndsWith($Name) } | Select-Object -First 1
}

# What a machine must have for a test; where it has not, the test is skipped and says so.
function Assert-Root {
    if ((id -u) -ne '0') {
        Set-ItResult -Skipped -Because 'needs root'
    }
}

function Assert-Ksm {
    if (-not (Test-Path $ksmFolder)) {
        Set-ItResult -Skipped -Because 'needs a kernel with CONFIG_KSM'
    }
}

function Assert-WritableKsm {
    Assert-Ksm
    Assert-Root
    if (-not (Test-Writable "$ksmFolder/run")) {
        Set-ItResult -Skipped -Because 'needs a writable /sys/kernel/mm/ksm'
    }
}

# Makes the kernel migrate pages that have 32 mappings each, which is enough for a walk to take longer than the clock's step. Compaction moves pages up,
# into holes, and memory that was compacted just now has neither: the holes that are left get filled first, so that what comes next lies below them.
function Invoke-Compaction {
    $bytes = 100 * 4KB
    foreach ($try in 1..20) {
        $filling = New-RmapRegion -PageType Anon -PageCount 20000
        $shared = [IO.MemoryMappedFiles.MemoryMappedFile]::CreateNew([NullString]::Value, $bytes)
        try {
            $views = foreach ($number in 1..32) { $shared.CreateViewAccessor() }
            foreach ($view in $views) {
                for ($offset = 0; $offset -lt $bytes; $offset += 4KB) { $view.Write($offset, $offset) }
            }

            Remove-RmapRegion $filling -Confirm:$false
            $before = Get-MigratedPageCount
            [IO.File]::WriteAllText($compactMemory, '1')
            if ((Get-MigratedPageCount) - $before -ge 100) { return }
        } finally {
            $views + $shared | ForEach-Object Dispose
            Remove-RmapRegion $filling -Confirm:$false
        }
    }
}

function Get-MigratedPageCount {
    (Get-Content /proc/vmstat) -match '^pgmigrate_success ' | ForEach-Object { [long] $_.Split(' ')[1] }
}

# Opening for writing writes nothing.
function Test-Writable {
    param([string] $Path)

    try {
        [IO.File]::OpenHandle($Path, 'Open', 'Write').Dispose()
        $true
    } catch {
        $false
    }
}

# A tree with the files of a kernel's KSM, for KSMTOOLS_ROOT.
function New-KsmTree {
    param([string] $Path, [hashtable] $Value = @{}, [string[]] $Without = @())

    $files = @{
        run = 0; pages_to_scan = 100; sleep_millisecs = 20; merge_across_nodes = 1; max_page_sharing = 256; use_zero_pages = 0
        stable_node_chains_prune_millisecs = 2000; smart_scan = 1; advisor_mode = '[none] scan-time'; advisor_max_cpu = 70
        advisor_min_pages_to_scan = 500; advisor_max_pages_to_scan = 30000; advisor_target_scan_time = 200
        pages_scanned = 1000; pages_shared = 79; pages_sharing = 19921; pages_unshared = 3; pages_volatile = 2; pages_skipped = 5
        full_scans = 7; stable_node_chains = 1; stable_node_dups = 78; ksm_zero_pages = 0; general_profit = 80300000
    }
    foreach ($key in $Value.Keys) {
        $files[$key] = $Value[$key]
    }

    $folder = (New-Item -ItemType Directory -Force (Join-Path $Path $ksmFolder)).FullName
    foreach ($key in $files.Keys | Where-Object { $_ -notin $Without }) {
        [IO.File]::WriteAllText((Join-Path $folder $key), "$($files[$key])`n")
    }

    $null = New-Item -ItemType Directory -Force (Join-Path $Path 'proc')
    [IO.File]::WriteAllText((Join-Path $Path 'proc/meminfo'), "MemTotal: 16000000 kB`nMemAvailable: 12000000 kB`n")
    $Path
}

# Everything below a folder: names, contents and times of last change.
function Get-TreeState {
    param([string] $Path)

    Get-ChildItem $Path -Recurse -Force | Sort-Object FullName | ForEach-Object {
        $contents = if (-not $_.PSIsContainer) { [Convert]::ToHexString([IO.File]::ReadAllBytes($_.FullName)) }
        "$($_.FullName) $($_.LastWriteTimeUtc.Ticks) $contents"
    }
}

# The running kernel's knobs; counters change on their own.
function Get-KnobState {
    Get-ChildItem $ksmFolder -File | Where-Object { $_.UnixMode -match 'w' } | Sort-Object Name | ForEach-Object {
        "$($_.Name)=$([IO.File]::ReadAllText($_.FullName).Trim())"
    }
}

# The error that a script block gives, as a caller with -ErrorAction Stop sees it.
function Get-Failure {
    param([scriptblock] $Script)

    $ErrorActionPreference = 'Stop'
    try {
        $null = & $Script
    } catch {
        return $_
    }

    throw 'There was no error.'
}

function Get-Reason {
    param($Failure)

    ($Failure.FullyQualifiedErrorId -split ',')[0]
}

# Runs a command in a pwsh of its own with the module imported; the exit code is in $LASTEXITCODE.
function Invoke-FreshPwsh {
    param([string] $Command)

    Invoke-Pwsh -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; Import-Module '$manifest'; $Command"
}

# How an object shows: as a table, as a list, or as it does by itself.
function Get-View {
    param($Object, [string] $As, [int] $Width = 120)

    $shown = if ($As -eq 'table') { $Object | Format-Table | Out-String -Width $Width }
    elseif ($As -eq 'list') { $Object | Format-List | Out-String -Width $Width }
    else { $Object | Out-String -Width $Width }
    $shown -replace '\e\[[0-9;]*m', ''
}
