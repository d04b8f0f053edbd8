@{
    RootModule             = 'bin/KsmTools.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '6f0e1f5c-3d0b-4a86-9f1e-8a5f7f2f7b61'
    Author                 = 'KsmTools contributors'
    CompanyName            = 'KsmTools contributors'
    Copyright              = '(c) KsmTools contributors. MIT licence.'
    Description            = 'Tunes Linux kernel samepage merging (KSM), traces reverse-mapping (rmap) walks and measures what they cost.'
    PowerShellVersion      = '7.6'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('bin/KsmTools.Format.ps1xml')
    TypesToProcess         = @('bin/KsmTools.Types.ps1xml')
    CmdletsToExport        = @(
        'Clear-RmapTrace',
        'Compare-RmapStrategy',
        'Compare-RmapWalk',
        'ConvertTo-KsmMetric',
        'ConvertTo-RmapWalk',
        'Disable-KsmTrace',
        'Disable-RmapTrace',
        'Enable-KsmTrace',
        'Enable-RmapTrace',
        'Export-KsmMetric',
        'Export-RmapReport',
        'Get-KsmConfiguration',
        'Get-KsmEvent',
        'Get-KsmProcess',
        'Get-KsmStatus',
        'Get-KsmTrace',
        'Get-NumaNode',
        'Get-ProcessPage',
        'Get-RmapEvent',
        'Get-RmapTrace',
        'Get-RmapWalk',
        'Import-KsmTrace',
        'Import-RmapTrace',
        'Invoke-KsmMerge',
        'Invoke-RmapBenchmark',
        'Invoke-RmapWalk',
        'Measure-KsmPotential',
        'Measure-KsmScan',
        'Measure-RmapWalk',
        'Move-ProcessPage',
        'New-RmapRegion',
        'Optimize-Ksm',
        'Receive-RmapEvent',
        'Remove-KsmTrace',
        'Remove-RmapRegion',
        'Remove-RmapTrace',
        'Reset-KsmConfiguration',
        'Restore-KsmConfiguration',
        'Save-KsmConfiguration',
        'Save-RmapTrace',
        'Set-KsmConfiguration',
        'Show-RmapHistogram',
        'Start-Ksm',
        'Start-KsmProcess',
        'Stop-Ksm',
        'Test-KsmMigration',
        'Test-KsmSupport',
        'Watch-Ksm'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @('Linux', 'KSM', 'kernel', 'rmap', 'ftrace', 'memory', 'PSEdition_Core')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'The first release. It tunes KSM through every knob and counter that the kernel has, merges on demand with every setting put back, says what merging would save, and recommends settings by a policy. It traces, measures, compares and models rmap walks, live or from files of trace-cmd and perf, and shows them as HTML, SVG and PNG. Metrics for Prometheus and Pester checks are for operation. CHANGELOG.md has the details.'
        }
    }
}
