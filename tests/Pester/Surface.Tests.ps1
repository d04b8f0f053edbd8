BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1')
    $commands = Get-Command -Module KsmTools | ForEach-Object { @{ Name = $_.Name; Command = $_ } }
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Import-Module $manifest
}

Describe 'The module' {
    It 'exports exactly what the manifest lists' {
        $listed = (Import-PowerShellDataFile $manifest).CmdletsToExport
        (Get-Command -Module KsmTools).Name | Sort-Object | Should -Be ($listed | Sort-Object)
    }

    It 'passes Test-ModuleManifest' {
        $info = Test-ModuleManifest $manifest -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $info.PowerShellVersion | Should -Be '7.6'
        $info.CompatiblePSEditions | Should -Be 'Core'
        $info.Tags | Should -Contain 'KSM'
        $info.LicenseUri | Should -Not -BeNullOrEmpty
        $info.ReleaseNotes | Should -Not -BeNullOrEmpty
    }

    It 'loads in a fresh pwsh, warns of nothing, and goes away again' {
        $output = Invoke-FreshPwsh @'
            (Get-Module KsmTools).Version.ToString()
            Remove-Module KsmTools
            [string] [bool] (Get-Module KsmTools)
            Import-Module KsmTools -ErrorAction Ignore
            Get-Command -Module KsmTools | Measure-Object | ForEach-Object Count
'@ 2>&1
        $LASTEXITCODE | Should -Be 0
        $output[0] | Should -Be (Import-PowerShellDataFile $manifest).ModuleVersion
        $output[1] | Should -Be 'False'
        $output[2] | Should -Be '0'
    }

    It 'loads twice without complaint' {
        Invoke-FreshPwsh "Import-Module '$manifest' -Force; (Get-Command -Module KsmTools).Count" | Should -Be (Get-Command -Module KsmTools).Count
    }

    It 'has an about topic, found by name and by search' {
        (Get-Help about_KsmTools) -join "`n" | Should -Match 'LONG DESCRIPTION'
        (Get-Help about_Ksm*).Name | Sort-Object | Should -Be 'about_KsmTools', 'about_KsmTools_Fleet'
        (Get-Help about_KsmTools).Synopsis | Should -Match 'KSM'
        (Get-Help about_KsmTools_Fleet).Synopsis | Should -Match 'hosts'
    }
}

Describe '<Name>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help $Name -Full
    }

    It 'has an approved verb and a singular prefixed noun' {
        Get-Verb $Command.Verb | Should -Not -BeNullOrEmpty
        $Command.Noun | Should -MatchExactly '^(Ksm|Rmap)([A-Z][A-Za-z]*)?$|^NumaNode$|^ProcessPage$'
        $Command.Noun | Should -MatchExactly '([^s]|ss|us)$'
    }

    It 'has -WhatIf and -Confirm exactly when it changes something' {
        $changes = $Command.Verb -in $changingVerbs -or $Name -in $changingTests
        $Command.Parameters.ContainsKey('WhatIf') | Should -Be $changes
        $Command.Parameters.ContainsKey('Confirm') | Should -Be $changes
    }

    It 'declares what it writes' {
        $Command.OutputType | Should -Not -BeNullOrEmpty
        $Command.OutputType.Type | Should -Not -Contain ([psobject])
        foreach ($type in $Command.OutputType.Type | Where-Object FullName -Like 'KsmTools.*') {
            $type.IsSealed | Should -BeTrue
            $type.IsVisible | Should -BeTrue
        }
    }

    It 'has a table and a list for what it writes' {
        foreach ($type in $Command.OutputType.Type | Where-Object FullName -Like 'KsmTools.*') {
            $controls = (Get-FormatData -TypeName $type.FullName).FormatViewDefinition.Control | ForEach-Object { $_.GetType().Name }
            $controls | Should -Contain 'TableControl'
            $controls | Should -Contain 'ListControl'
        }
    }

    It 'takes one object from the pipeline at most' {
        foreach ($set in $Command.ParameterSets) {
            @($set.Parameters | Where-Object ValueFromPipeline).Count | Should -BeLessOrEqual 1
        }
    }

    It 'has a help page with a synopsis, a description and links' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match '\[<CommonParameters>\]'
        ($help.description.Text -join ' ').Length | Should -BeGreaterThan 40
        $help.relatedLinks.navigationLink | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue | Should -Not -BeNullOrEmpty
        $help.inputTypes.inputType | Should -Not -BeNullOrEmpty
    }

    It 'has two examples or more, each with code and words' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help.examples.example) {
            $example.code | Should -Match 'PS> '
            ($example.remarks.Text -join '').Trim() | Should -Not -BeNullOrEmpty
        }
    }

    It 'has words for every parameter' {
        $parameters = $Command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters }
        foreach ($parameter in $parameters) {
            $described = $help.parameters.parameter | Where-Object name -EQ $parameter
            ($described.description.Text -join '').Trim() | Should -Not -BeNullOrEmpty -Because "-$parameter is one"
        }
    }
}
