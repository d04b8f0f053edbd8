# The module's own pipeline, timed inside a running pwsh: the best of some runs, in seconds.
param([string] $Manifest, [string] $Path, [switch] $EventsOnly)
Import-Module $Manifest
$WarningPreference = 'SilentlyContinue'
$seconds = foreach ($run in 1..5) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    if ($EventsOnly) { Import-RmapTrace $Path | Out-Null }
    else { Import-RmapTrace $Path | ConvertTo-RmapWalk | Sort-Object DurationNanoseconds | Measure-Object DurationMicroseconds -Average -Maximum | Out-Null }
    $watch.Elapsed.TotalSeconds
}
($seconds | Measure-Object -Minimum).Minimum
