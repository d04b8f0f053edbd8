# The module's own pipeline, timed inside a running pwsh.
param([string] $Manifest, [string] $Path, [switch] $EventsOnly)
Import-Module $Manifest
$watch = [System.Diagnostics.Stopwatch]::StartNew()
if ($EventsOnly) { Import-RmapTrace $Path | Out-Null }
else { Import-RmapTrace $Path | ConvertTo-RmapWalk | Sort-Object DurationNanoseconds | Measure-Object DurationMicroseconds -Average -Maximum | Out-Null }
$watch.Elapsed.TotalSeconds
