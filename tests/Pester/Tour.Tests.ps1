BeforeDiscovery {
    $shells = @(
        @{ Shell = 'pwsh' }
        @{ Shell = 'ksmsh' }
    )
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    $tour = Join-Path $root 'Module/Examples/Tour.ps1'
    $ksmsh = Get-Item (Join-Path $root 'src/KsmTools.Shell/bin/Release/net10.0/ksmsh.dll')
}

Describe 'The tour in <Shell>' -ForEach $shells {
    BeforeAll {
        $knobs = @(if (Test-Path $ksmFolder) { Get-KnobState })
        $output = if ($Shell -eq 'pwsh') { Invoke-Pwsh -NoProfile -NonInteractive -File $tour 2>&1 } else { dotnet exec $ksmsh.FullName -File $tour 2>&1 }
        $exitCode = $LASTEXITCODE
        $text = $output -join "`n" -replace '\e\[[0-9;]*m', ''
    }

    It 'ends well' {
        $exitCode | Should -Be 0 -Because $text
        $output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
    }

    It 'says what this machine can do' {
        $text | Should -Match 'KSM'
    }

    It 'measures the trace that ships with it' {
        $text | Should -Match '(?i)p99'
        $text | Should -Match 'Ksm'
    }

    It 'merges 20,000 pages where it may' {
        Assert-WritableKsm
        $text | Should -Match '20[,. ]?000'
    }

    It 'leaves every knob as it was' {
        Assert-Ksm
        Get-KnobState | Should -Be $knobs
    }
}
