<#
.SYNOPSIS
    Runs on the far side of a pipe or of a session: makes objects of every type that the module writes, and says how they look there.
.DESCRIPTION
    After the objects of a type comes a record with its name as FleetType, their views and the first one's values; or, in their place, Reason
    and Message, where this machine cannot make any.
.PARAMETER Manifest
    The module.
.PARAMETER Tree
    A tree of a kernel with merged pages.
.PARAMETER File
    Where all of it goes by Export-Clixml too.
#>
param([string] $Manifest, [string] $Tree, [string] $File)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
. (Join-Path (Split-Path $Manifest) 'tests/Pester/Support.ps1')
Import-Module $Manifest

$trace = 'ksmtools-fleet'
$region = New-RmapRegion -PageType Anon -PageCount 4
$mergeable = New-RmapRegion -PageType Ksm -PageCount 200
$makers = [ordered]@{
    KsmStatus           = { Get-KsmStatus }
    KsmConfiguration    = { Get-KsmConfiguration }
    KsmStatusSample     = { Watch-Ksm -Count 1 -Interval 0.01 }
    KsmCapability       = { Test-KsmSupport }
    KsmProcess          = { Get-KsmProcess -Id $PID }
    KsmTraceSession     = { Enable-KsmTrace $trace -PassThru }
    KsmMergeResult      = { Invoke-KsmMerge -Id $PID }
    KsmEvent            = { Get-KsmEvent $trace | Select-Object -First 50 }
    KsmScanStatistics   = { Measure-KsmScan $trace; Remove-KsmTrace $trace }
    KsmMigrationTest    = { Test-KsmMigration Basic -PageCount 4 }
    KsmPotential        = { Measure-KsmPotential -Id $PID }
    KsmRecommendation   = { Optimize-Ksm ScanTime -TargetScanTime 100 }
    NumaNode            = { Get-NumaNode }
    ProcessPage         = { Get-ProcessPage -Id $PID -Address $region.Address -Count 4 }
    PageMoveResult      = { Move-ProcessPage -Id $PID -Address $region.Address -Node (Get-NumaNode)[-1].Id }
    RmapRegion          = { $region }
    RmapTriggerResult   = { Invoke-RmapWalk $region }
    RmapBenchmarkResult = { Invoke-RmapBenchmark Anon -PageCount 100 -Iterations 1 }
    RmapTraceSession    = { Enable-RmapTrace $trace -PassThru; Remove-RmapTrace $trace }
    RmapStrategyCost    = { Compare-RmapStrategy 100 10 -Mremap }
    RmapEvent           = { Import-RmapTrace (Get-Capture '6.12-native/ksm.trace.txt') }
    RmapWait            = { Import-RmapTrace (Get-Capture '6.18-waits/waits.trace.txt') -AsWait -WarningAction Ignore }
    RmapWalk            = { Import-RmapTrace (Get-Capture '6.12-native/ksm.trace.txt') -AsWalk }
    RmapWalkStatistics  = { Measure-RmapWalk -Path (Get-Capture '6.12-native/mixed.trace.txt.gz') }
    RmapWalkComparison  = { Compare-RmapWalk (Get-Capture '6.12-native/mixed.trace.txt.gz') (Get-Capture '6.12-native-fixed/mixed.trace.txt.gz') }
}

function Get-Made {
    param([string] $Tree)

    foreach ($name in $makers.Keys) {
        $env:KSMTOOLS_ROOT = if ($name -in 'KsmStatus', 'KsmConfiguration', 'KsmStatusSample') { $Tree }
        try {
            $objects = @(& $makers[$name])
            if (-not $objects) {
                throw 'Nothing was made.'
            }
        } catch {
            # Where there is no session, what is made of it lacks what the session lacked.
            $failure = $noSession -and (Get-Reason $_) -eq 'TraceSessionNotFound' ? $noSession : $_
            if ($name -eq 'KsmTraceSession') {
                $noSession = $failure
            }

            [pscustomobject] @{ FleetType = $name; Reason = Get-Reason $failure; Message = "$failure" }
            continue
        }

        $objects
        $texts = @{}
        $parts = @{}
        foreach ($property in $objects[0].PSObject.Properties) {
            $value = $property.Value
            $first = @($value)[0]
            if ($value -is [ValueType] -or $value -is [string]) {
                $texts[$property.Name] = "$value"
            } elseif ($null -ne $first -and $first -isnot [ValueType] -and $first -isnot [string]) {
                $parts[$property.Name] = '{0} Deserialized.{1}' -f @($value).Count, $first.GetType().FullName
            }
        }

        [pscustomobject] @{
            FleetType = $name
            Count     = $objects.Count
            FullName  = $objects[0].GetType().FullName
            Names     = [string[]] $objects[0].PSObject.Properties.Name
            Texts     = $texts
            Parts     = $parts
            Table     = Get-View $objects table
            List      = Get-View $objects list
            Default   = Get-View $objects default
        }
    }
}

try {
    Get-Made $Tree | Tee-Object -Variable made
    if ($File) {
        $made | Export-Clixml $File
    }
} finally {
    $env:KSMTOOLS_ROOT = $null
    Get-RmapTrace -ErrorAction Ignore | Where-Object Name -EQ $trace | Remove-RmapTrace
    Get-KsmTrace -ErrorAction Ignore | Where-Object Name -EQ $trace | Remove-KsmTrace
    Remove-RmapRegion $region, $mergeable
}
