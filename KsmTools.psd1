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
    FormatsToProcess       = @(
        'Module/Ksm.Format.ps1xml'
        'Module/KsmProcess.Format.ps1xml'
        'Module/Memory.Format.ps1xml'
        'Module/Rmap.Format.ps1xml'
    )
    TypesToProcess         = @(
        'Module/KsmTools.Types.ps1xml'
    )
    CmdletsToExport        = @(
        'ConvertTo-RmapWalk'
        'Get-KsmConfiguration'
        'Get-KsmProcess'
        'Get-KsmStatus'
        'Import-RmapTrace'
        'Invoke-KsmMerge'
        'Measure-RmapWalk'
        'New-RmapRegion'
        'Remove-RmapRegion'
        'Reset-KsmConfiguration'
        'Restore-KsmConfiguration'
        'Save-KsmConfiguration'
        'Set-KsmConfiguration'
        'Start-Ksm'
        'Start-KsmProcess'
        'Stop-Ksm'
        'Test-KsmSupport'
        'Watch-Ksm'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @('Linux', 'KSM', 'kernel', 'rmap', 'ftrace', 'memory', 'PSEdition_Core')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://docs.kernel.org/admin-guide/mm/ksm.html'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
