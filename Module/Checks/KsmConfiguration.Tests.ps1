<#
.SYNOPSIS
    Checks that KSM's settings are those of a file.
.DESCRIPTION
    Takes what ConvertTo-Json, Export-Csv or Export-Clixml made of Get-KsmConfiguration, or a part of it: each knob in the file is a
    test of its own. Knobs that this kernel lacks or that the file leaves empty are skipped.
.PARAMETER Path
    The file.
.EXAMPLE
    Get-KsmConfiguration | ConvertTo-Json | Set-Content ksm.json
    Invoke-Pester -Container (New-PesterContainer -Path Module/Checks/KsmConfiguration.Tests.ps1 -Data @{ Path = 'ksm.json' })
#>
param(
    [string] $Path
)

BeforeDiscovery {
    $knobs = if ($Path) {
        $text = Get-Content -LiteralPath $Path -Raw -ErrorAction Stop
        $saved = switch -Regex ($text) {
            '^\s*\{' { $text | ConvertFrom-Json; break }
            '^\s*<' { Import-Clixml -LiteralPath $Path; break }
            default { $text | ConvertFrom-Csv | Select-Object -First 1 }
        }
        # Other holds files of which nobody here knows whether they are settings.
        foreach ($property in $saved.PSObject.Properties.Where{ $_.Name -ne 'Other' }) {
            @{ Knob = $property.Name; Expected = $property.Value }
        }
    }
    if ($Path -and -not $knobs) {
        throw "There is no knob in '$Path'. Save it with Get-KsmConfiguration | ConvertTo-Json | Set-Content '$Path'."
    }
}

BeforeAll {
    if (-not (Get-Module KsmTools)) {
        Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1') -ErrorAction Stop
    }

    $kernel = Test-KsmSupport | Where-Object Name -EQ 'Kernel'
    if ($kernel.Available) {
        $configuration = Get-KsmConfiguration -ErrorAction Stop
    }

    # JSON holds enumerations as numbers, CSV holds all as text, and PowerShell takes the text False for true. Words are alike however they are spelled.
    function ConvertTo-KnobValue {
        param($Value, [type] $Type)

        if ($Type -eq [string]) {
            return @{ '0' = 'None'; '1' = 'ScanTime' }["$Value"] ?? "$Value".Replace('-', '')
        }

        if ($Type -ne [bool]) {
            return "$Value".Replace('-', '') -as $Type
        }

        switch ("$Value") {
            { $_ -in 'True', '1' } { $true }
            { $_ -in 'False', '0' } { $false }
        }
    }
}

Describe 'KSM configuration' {
    if (-not $Path) {
        It 'equals a file' {
            Set-ItResult -Skipped -Because 'no file was named: save one with Get-KsmConfiguration | ConvertTo-Json | Set-Content ksm.json, and give -Path'
        }

        return
    }

    It 'has <Knob> = <Expected>' -ForEach $knobs {
        if (-not $kernel.Available) {
            Set-ItResult -Skipped -Because "$($kernel.Reason) $($kernel.Remedy)"
        }

        $configuration.PSObject.Properties.Name | Should -Contain $Knob -Because "a name in $Path should be that of a knob; Get-KsmConfiguration lists them"
        $actual = $configuration.$Knob
        if ($null -eq $actual) {
            Set-ItResult -Skipped -Because 'this kernel lacks the knob'
        }

        if ([string]::IsNullOrWhiteSpace($Expected)) {
            Set-ItResult -Skipped -Because "$Path leaves it open"
        }

        if ($Knob -eq 'PagesToScan' -and $configuration.AdvisorMode -notin $null, 'None') {
            Set-ItResult -Skipped -Because "the advisor sets it (AdvisorMode is $($configuration.AdvisorMode))"
        }

        $wanted = ConvertTo-KnobValue $Expected $actual.GetType()
        $wanted | Should -Not -Be $null -Because "$Path should give $Knob a value of type $($actual.GetType().Name), and '$Expected' is none"
        $actual = $actual -is [string] ? $actual.Replace('-', '') : $actual
        $actual | Should -Be $wanted -Because "$Path says so. Set-KsmConfiguration -$Knob $Expected sets it"
    }
}
