BeforeDiscovery {
    $units = Get-ChildItem (Join-Path $PSScriptRoot '../../Module/Examples') -File | Where-Object Extension -In '.service', '.timer' |
        ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    $examples = Join-Path $root 'Module/Examples'

    # What ksm-check.service runs, with the module where the service would find it.
    function Invoke-Check {
        param([string] $Arguments)

        $line = Get-Content (Join-Path $examples 'ksm-check.service') | Where-Object { $_ -match '^ExecStart=' }
        $line | Should -Match '^ExecStart=pwsh (?<options>[^"]*)-Command "(?<command>[^"]*) -Seconds 30"$'
        $null = $line -match '^ExecStart=pwsh (?<options>[^"]*)-Command "(?<command>[^"]*) -Seconds 30"$'
        $options = $Matches.options.Trim() -split ' '
        $env:PSModulePath = "$modules$([IO.Path]::PathSeparator)$modulePath"
        try {
            Invoke-Pwsh @options -Command "$($Matches.command) $Arguments" 2>&1
        } finally {
            $env:PSModulePath = $modulePath
        }
    }
}

Describe 'Units for systemd' {
    It 'are a service with mergeable memory, and a check with its timer' {
        (Get-ChildItem $examples -File | Where-Object Extension -In '.service', '.timer').Name | Sort-Object |
            Should -Be 'ksm-batch.service', 'ksm-check.service', 'ksm-check.timer'
    }

    It '<Name> is one that systemd understands' -ForEach $units {
        if (-not (Get-Command systemd-analyze -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'needs systemd-analyze'
        }

        # systemd looks for programs in folders of its own, and this pwsh need not be in one of them.
        $folder = New-Item -ItemType Directory -Force (Join-Path $TestDrive 'units')
        foreach ($unit in Get-ChildItem (Split-Path $Path) -File | Where-Object Extension -In '.service', '.timer') {
            (Get-Content $unit) -replace '^ExecStart=pwsh ', "ExecStart=$($powershell -join ' ') " | Set-Content (Join-Path $folder $unit.Name)
        }

        $complaints = systemd-analyze verify (Join-Path $folder $Name) 2>&1
        $LASTEXITCODE | Should -Be 0 -Because ($complaints -join "`n")
        $version = [int] ((systemd-analyze --version)[0] -split ' ')[1]
        # MemoryKSM= is of systemd 254. A machine may have faulty units of its own.
        $complaints | Where-Object { "$_" -match 'ksm-' -and -not ($version -lt 254 -and "$_" -match "MemoryKSM") } | Should -BeNullOrEmpty
    }
}

Describe 'The check' {
    BeforeAll {
        $modulePath = $env:PSModulePath
        $modules = (New-Item -ItemType Directory (Join-Path $TestDrive 'modules')).FullName
        $null = New-Item -ItemType SymbolicLink -Path (Join-Path $modules 'KsmTools') -Target $root
        $env:KSMTOOLS_ROOT = New-KsmTree (Join-Path $TestDrive 'tree') -Value @{ run = 1; general_profit = 80300000 }
    }

    AfterAll {
        $env:KSMTOOLS_ROOT = $null
        (Get-Item (Join-Path $modules 'KsmTools')).Delete()
    }

    It 'ends with 0 where KSM pays' {
        $output = Invoke-Check '-Seconds 0 -MinimumProfit 80300000'
        $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
        $output -join "`n" | Should -Match '^Running: .* Profit 80,300,000 bytes\.$'
    }

    It 'ends with 1 where it does not, and says so' {
        $output = Invoke-Check '-Seconds 0 -MinimumProfit 80300001'
        $LASTEXITCODE | Should -Be 1
        $output -join "`n" | Should -Match 'KSM gains 80,300,000 bytes, less than 80,300,001'
    }

    It 'measures walks where the kernel can trace them, and leaves no session' {
        Assert-Root
        Assert-Ksm
        $tree = $env:KSMTOOLS_ROOT
        $env:KSMTOOLS_ROOT = $null
        try {
            $output = Invoke-Check "-Seconds 1 -MinimumProfit $([long]::MinValue) -MaximumWalk 1:0"
        } finally {
            $env:KSMTOOLS_ROOT = $tree
        }

        $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
        $output -join "`n" | Should -Match 'alks of merged pages|Walks were not measured'
        Test-Path /run/ksmtools/sessions/ksm-check | Should -BeFalse
    }
}
