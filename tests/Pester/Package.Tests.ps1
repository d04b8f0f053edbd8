BeforeDiscovery {
    $shells = @(
        @{ Shell = 'pwsh' }
        @{ Shell = 'ksmsh' }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    $ksmsh = Get-Item (Join-Path $root 'src/KsmTools.Shell/bin/Release/net10.0/ksmsh.dll')
}

Describe 'The package that build.ps1 makes in <Shell>' -ForEach $shells {
    BeforeAll {
        $output = Join-Path $TestDrive $Shell
        $script = Join-Path $root 'build.ps1'
        $log = if ($Shell -eq 'pwsh') {
            Invoke-Pwsh -NoProfile -NonInteractive -File $script -Task Package -OutputPath $output 2>&1
        } else {
            dotnet exec $ksmsh.FullName -File $script -Task Package -OutputPath $output 2>&1
        }

        $exitCode = $LASTEXITCODE
        $version = (Import-PowerShellDataFile $manifest).ModuleVersion
        $package = Join-Path $output "KsmTools/$version"
    }

    It 'is made' {
        $exitCode | Should -Be 0 -Because ($log -join "`n")
        Join-Path $output "KsmTools.$version.zip" | Should -Exist
    }

    It 'holds what ships and nothing else' {
        Get-ChildItem $package | ForEach-Object Name | Sort-Object |
            Should -Be ('bin', 'CHANGELOG.md', 'en-US', 'KsmTools.psd1', 'LICENSE', 'Module', 'README.md' | Sort-Object)
        Get-ChildItem (Join-Path $package 'bin') -Recurse -File | ForEach-Object Extension | Sort-Object -Unique | Should -Be '.dll', '.ps1xml', '.so'
        Get-ChildItem (Join-Path $package 'Module') | ForEach-Object Name | Sort-Object | Should -Be 'Checks', 'Examples'
        foreach ($name in 'Tour.ps1', 'ksm-batch.service', 'ksm-check.ps1', 'ksm-check.service', 'ksm-check.timer') {
            Join-Path $package "Module/Examples/$name" | Should -Exist
        }

        Get-ChildItem (Join-Path $package 'Module/Checks') | ForEach-Object Name |
            Should -Be (Get-ChildItem (Join-Path $root 'Module/Checks') | ForEach-Object Name)
        Get-ChildItem (Join-Path $package 'bin') -Recurse -Filter 'System.*.dll' | Should -BeNullOrEmpty
    }

    It 'holds checks that run as they are' {
        $counts = Invoke-Pwsh -NoProfile -NonInteractive -Command @"
            `$ErrorActionPreference = 'Stop'
            `$env:PSModulePath = '$output' + [IO.Path]::PathSeparator + `$env:PSModulePath
            `$checks = Join-Path (Get-Module KsmTools -ListAvailable).ModuleBase Module/Checks
            `$env:KSMTOOLS_ROOT = '$(New-KsmTree (Join-Path $TestDrive "kernel-$Shell"))'
            `$result = Invoke-Pester `$checks -PassThru -Output None
            "`$(`$result.Containers.Count) `$(`$result.PassedCount) `$(`$result.FailedCount) `$(`$result.FailedContainersCount)"
            (Get-Module KsmTools).ModuleBase
"@
        $counts[0] | Should -Be "$(@(Get-ChildItem (Join-Path $root 'Module/Checks')).Count) 1 0 0"
        $counts[1] | Should -Be $package
    }

    It 'imports by name from a module path, with help, views and types' {
        $lines = Invoke-Pwsh -NoProfile -NonInteractive -Command @"
            `$ErrorActionPreference = 'Stop'
            `$env:PSModulePath = '$output' + [IO.Path]::PathSeparator + `$env:PSModulePath
            Import-Module KsmTools -ErrorAction Stop
            (Get-Module KsmTools).ModuleBase
            (Get-Command -Module KsmTools).Count
            (Get-Help Get-KsmStatus).examples.example.Count -ge 2
            (Get-Help about_KsmTools) -match 'LONG DESCRIPTION'
            [bool] (Get-FormatData -TypeName KsmTools.Ksm.KsmStatus)
            [bool] (Get-TypeData -TypeName KsmTools.Ksm.KsmStatus)
            Remove-Module KsmTools
            [bool] (Get-FormatData -TypeName KsmTools.Ksm.KsmStatus)
            [bool] (Get-TypeData -TypeName KsmTools.Ksm.KsmStatus)
"@
        $lines[0] | Should -Be $package
        $lines[1] | Should -Be (Import-PowerShellDataFile $manifest).CmdletsToExport.Count
        $lines[2..5] | Should -Be 'True', 'True', 'True', 'True'
        $lines[6..7] | Should -Be 'False', 'False' -Because 'Remove-Module takes views and types away'
    }
}
