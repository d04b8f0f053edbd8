# What the pipeline itself can carry: a compiled cmdlet that writes empty objects and does nothing else. The best of some runs, in seconds.
param([int] $Count)
Add-Type -TypeDefinition @'
using System.Management.Automation;
[Cmdlet("Write", "EmptyObject")]
public sealed class WriteEmptyObject : Cmdlet
{
    [Parameter] public int Count { get; set; }
    protected override void ProcessRecord() { for (int i = 0; i < Count; i++) { WriteObject(new object()); } }
}
'@ -PassThru | ForEach-Object Assembly | Import-Module
$seconds = foreach ($run in 1..5) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    Write-EmptyObject -Count $Count | Out-Null
    $watch.Elapsed.TotalSeconds
}
($seconds | Measure-Object -Minimum).Minimum
