<#
.SYNOPSIS
Ends commands of the module at random moments, and looks at what stays.
.DESCRIPTION
Each round runs commands in a process of their own, which is ended by a signal at a random moment. In some rounds somebody else has set a knob meanwhile, in some /run is full.
Afterwards Restore-KsmConfiguration is run, as an administrator would, and then nothing may be left but what somebody else has set. After SIGTERM, SIGHUP, SIGINT and SIGQUIT
nothing may be left even before that.

It needs root, and a machine whose KSM and tracing nobody else uses. It gives itself a /run and a tracefs of its own, and puts the settings of KSM back.
.PARAMETER Count
How many rounds.
.PARAMETER Seed
What the random moments come from; the same seed gives the same rounds, as far as the machine is as fast.
#>
[CmdletBinding()]
param(
    [int] $Count = 200,
    [int] $Seed = 1,
    [switch] $Inside
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$shell = [Environment]::ProcessPath
$first = @([Environment]::GetCommandLineArgs()[0] | Where-Object { $_ -like '*.dll' -and $shell -like '*dotnet' })
if (-not $Inside) {
    $mounts = 'mount -t tmpfs -o size=256k,mode=755 none /run && { umount -q /sys/kernel/tracing; exec "$@"; }'
    & unshare --mount sh -c $mounts sh $shell @first -NoProfile -NonInteractive -File $PSCommandPath -Count $Count -Seed $Seed -Inside @($VerbosePreference -eq 'Continue' ? @('-Verbose') : @())
    exit $LASTEXITCODE
}

$module = (Resolve-Path "$PSScriptRoot/../../KsmTools.psd1").Path
Import-Module $module
$random = [Random]::new($Seed)
$ksm = '/sys/kernel/mm/ksm'
$compaction = '-Source MigrationPte -Trigger Compaction -WarningAction Ignore'

# What each round does for ever; of those that change something for good, how it is undone.
$commands = [ordered]@{
    'Invoke-KsmMerge' = '$region = New-RmapRegion Ksm 3000; while ($true) { $null = Invoke-KsmMerge -Timeout 5 }'
    'Invoke-KsmMerge -KeepSettings' = '$region = New-RmapRegion Ksm 3000; while ($true) { $null = Invoke-KsmMerge -Timeout 5; $null = Invoke-KsmMerge -Timeout 5 -PagesToScan 500 }'
    'Invoke-RmapBenchmark Ksm' = "while (`$true) { `$null = Invoke-RmapBenchmark Ksm -PageCount 300 -MaxPageSharing 64, 16 -Iterations 1 $compaction }"
    'Invoke-RmapBenchmark Anon, File' = "while (`$true) { `$null = Invoke-RmapBenchmark Anon, File -PageCount 300 -Iterations 1 $compaction }"
    'Invoke-RmapBenchmark -Forked' = "while (`$true) { `$null = Invoke-RmapBenchmark -Forked -Children 20 -Iterations 1 $compaction }"
    'Test-KsmMigration' = 'while ($true) { $null = Test-KsmMigration }'
    'Optimize-Ksm MemoryPressure -Continuous' = '$null = Optimize-Ksm MemoryPressure -Apply -Continuous -Threshold 99% -Interval 0.05'
    'Optimize-Ksm MemoryPressure' = 'while ($true) { foreach ($threshold in 0.99, 0.0001) { $null = Optimize-Ksm MemoryPressure -Apply -Threshold $threshold -MinimumThreshold 0 } }'
    'Optimize-Ksm WalkLatency' = "while (`$true) { `$null = Optimize-Ksm WalkLatency -MaximumWalkLatency 1ms -PageCount 300 -Iterations 1 $compaction }"
    'Set-KsmConfiguration' = 'while ($true) { foreach ($value in 30, 20) { Set-KsmConfiguration -SleepMilliseconds $value -StableNodeChainsPruneMilliseconds ($value * 100) } }'
    'Enable-RmapTrace' = 'while ($true) { Enable-RmapTrace -Source MigrationPte; Remove-RmapTrace }'
    'Enable-KsmTrace' = 'while ($true) { Enable-KsmTrace; Remove-KsmTrace }'
    'Save-KsmConfiguration' = 'while ($true) { Save-KsmConfiguration -Path /run/saved.conf -Force }'
}

# Which of them changes for good what it changes: a session that is there as a whole, settings of which all are set or none.
$lasting = 'Set-KsmConfiguration', 'Enable-RmapTrace', 'Enable-KsmTrace', 'Save-KsmConfiguration', 'Optimize-Ksm MemoryPressure'

function Get-Knob { @(Get-ChildItem $ksm | Where-Object { $_.UnixMode -like '-rw*' } | ForEach-Object { "$($_.Name)=$((Get-Content $_).Trim())" }) }

function Get-Rest {
    @(
        Get-ChildItem -Recurse -File -Force /run/ksmtools -ErrorAction Ignore | Where-Object Name -NotIn 'lock', 'sessions.lock' | ForEach-Object { $_.FullName }
        Get-Content /proc/self/mounts | Where-Object { $_ -like '* /sys/kernel/tracing *' } | ForEach-Object { 'tracefs is mounted' }
        Get-ChildItem /sys/kernel/tracing/instances -ErrorAction Ignore | Where-Object Name -Like '*ksmtools*' | ForEach-Object { $_.FullName }
        Get-Process | Where-Object { $_.Name -like 'ksmtools-*' } | ForEach-Object { "process $($_.Id) ($($_.Name))" }
    )
}

function Wait-Until([scriptblock] $Condition, [int] $Seconds) {
    $end = [DateTime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Condition)) {
        if ([DateTime]::UtcNow -gt $end) { return $false }
        Start-Sleep -Milliseconds 5
    }

    $true
}

$before = Get-Knob
$results = foreach ($round in 1..$Count) {
    $name = @($commands.Keys)[$random.Next($commands.Count)]
    $signal = ('KILL', 'KILL', 'TERM', 'INT', 'HUP', 'QUIT')[$random.Next(6)]
    $disturbance = ('none', 'none', 'knob', 'full')[$random.Next(4)]
    $knob = ('use_zero_pages', 'sleep_millisecs', 'pages_to_scan')[$random.Next(3)]
    $value = @{ use_zero_pages = '1'; sleep_millisecs = '77'; pages_to_scan = '177' }[$knob]
    $delay = $random.Next(20, 1500)
    $ready = "/run/ready-$round"
    $start = [Diagnostics.ProcessStartInfo]::new($shell, [string[]](@($first) + '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$module'; `$null = New-Item $ready; $($commands[$name])"))
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    $errors = $process.StandardError.ReadToEndAsync()
    $null = $process.StandardOutput.ReadToEndAsync()
    $null = Wait-Until { (Test-Path $ready) -or $process.HasExited } 60
    Start-Sleep -Milliseconds ($delay / 2)
    switch ($disturbance) {
        knob { Set-Content "$ksm/$knob" $value }
        full { 'x' * 1mb | Set-Content /run/filler -ErrorAction Ignore }
    }

    Start-Sleep -Milliseconds ($delay / 2)
    $wasRunning = -not $process.HasExited
    kill "-$signal" $process.Id 2>/dev/null
    $ended = $process.WaitForExit(30000)
    if (-not $ended) { $process.Kill($true) }
    Remove-Item /run/filler, $ready, /run/saved.conf -ErrorAction Ignore

    # Children end once they have noticed.
    $null = Wait-Until { -not (Get-Process | Where-Object { $_.Name -like 'ksmtools-*' }) } 5
    $left = @(Get-Rest) + @(Compare-Object $before (Get-Knob) | Where-Object SideIndicator -EQ '=>' | ForEach-Object InputObject)
    $failures = @()
    Restore-KsmConfiguration -Confirm:$false -WarningAction Ignore -ErrorAction Continue -ErrorVariable failures 2> $null
    if ($name -in 'Enable-RmapTrace', 'Enable-KsmTrace') { Remove-RmapTrace * ; Remove-KsmTrace * }
    if ($name -eq 'Set-KsmConfiguration') { Set-KsmConfiguration -SleepMilliseconds ($disturbance -eq 'knob' -and $knob -eq 'sleep_millisecs' ? 77 : 20) -StableNodeChainsPruneMilliseconds 2000 }
    $expected = @($before | ForEach-Object { $disturbance -eq 'knob' -and $_ -like "$knob=*" ? "$knob=$value" : $_ })
    if ($name -eq 'Set-KsmConfiguration' -and $disturbance -eq 'knob' -and $knob -eq 'sleep_millisecs') { $expected = @($expected | Where-Object { $_ -notlike 'sleep_millisecs=*' }) }
    $now = @(Get-Knob | Where-Object { $_.Split('=')[0] -in ($expected | ForEach-Object { $_.Split('=')[0] }) })
    $stays = @(Get-Rest) + @(Compare-Object $expected $now | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" }) + @($failures | ForEach-Object { "$_" })

    # The next round begins as this one did.
    $before | ForEach-Object { $name, $text = $_.Split('='); if ($name -ne 'advisor_mode' -and (Get-Content "$ksm/$name") -ne $text) { try { Set-Content "$ksm/$name" $text } catch { "$_" } } } | Out-Null
    $result = [pscustomobject]@{
        Round = $round; Command = @($commands.Keys | Where-Object { $commands[$_] -and $start.ArgumentList[-1].EndsWith($commands[$_]) })[0]; Signal = $signal; Disturbance = $disturbance
        WasRunning = $wasRunning; Ended = $ended; Left = $left -join '; '; Stays = $stays -join '; '; Errors = $errors.Result.Trim()
    }
    Write-Verbose "$($result.Round) $($result.Command) $signal $disturbance $(if ($disturbance -eq 'knob') { $knob }) $delay ms: left [$($result.Left)] stays [$($result.Stays)]"
    $result
}

$results | Group-Object Signal | Sort-Object Name | ForEach-Object {
    [pscustomobject]@{
        Signal = $_.Name
        Rounds = $_.Count
        Full = @($_.Group | Where-Object Disturbance -EQ 'full').Count
        Knob = @($_.Group | Where-Object Disturbance -EQ 'knob').Count
        LeftBefore = @($_.Group | Where-Object { $_.Left -and $_.Command -notin $lasting -and $_.Disturbance -ne 'knob' }).Count
        Stays = @($_.Group | Where-Object Stays).Count
    }
} | Format-Table | Out-String -Width 100

$wrong = @($results | Where-Object { $_.Stays -or -not $_.Ended -or ($_.Left -and $_.Signal -ne 'KILL' -and $_.Command -notin $lasting -and $_.Disturbance -ne 'knob') })
$wrong | Format-List | Out-String -Width 160
"$($results.Count) rounds, $($wrong.Count) wrong"
exit [int]($wrong.Count -gt 0)
