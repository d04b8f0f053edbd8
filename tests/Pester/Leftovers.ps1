# Dot-sourced by run.ps1: what a file of tests leaves behind that was not there before.

# All that is started below this shell inherits it, and keeps it when its parent ends.
$env:KSMTOOLS_PESTER = [guid]::NewGuid()

# The programs that tests started and that still run.
function Get-LeftProcess {
    $left = [Collections.Generic.HashSet[string]]::new([string[]] "$PID")
    foreach ($process in [IO.DirectoryInfo]::new('/proc').EnumerateDirectories() | Where-Object Name -Match '^\d+$' | Sort-Object { [int] $_.Name }) {
        try {
            $id = $process.Name
            $state, $parent = ([IO.File]::ReadAllText("$process/stat") -replace '(?s)^.*\) ' -split ' ')[0, 1]
            # A program such as sshd writes over its environment, and is known by its parent.
            $environment = try { [IO.File]::ReadAllText("$process/environ") } catch { '' }
            if ($id -ne $PID -and $state -ne 'Z' -and ($left.Contains($parent) -or $environment.Contains($env:KSMTOOLS_PESTER))) {
                $null = $left.Add($id)
                $line = [IO.File]::ReadAllText("$process/cmdline").Replace("`0", ' ').Trim()
                [pscustomobject] @{ Id = [int] $id; Text = "process $id, $line" }
            }
        } catch [IO.IOException] {
            # It has ended meanwhile.
            continue
        }
    }
}

# What the module's commands leave when they are killed, and sessions that nobody removed. Another one's command may be at work.
function Get-LeftRecord {
    foreach ($file in Get-ChildItem /run/ksmtools -File -Recurse -ErrorAction Ignore | Where-Object Name -NotLike '*lock') {
        $maker = (Get-Content $file -ErrorAction Ignore) -match '^process=' -replace '^process='
        if ($maker -eq $PID -or -not $maker -or -not (Test-Path "/proc/$maker")) {
            [pscustomobject] @{ Id = 0; Text = $file.FullName }
        }
    }
}

function Get-Leftover {
    Get-LeftProcess
    Get-LeftRecord
}

# The files that come after are not to fail for it: ends processes, and puts back what one that was killed had changed.
function Clear-Leftover {
    param([int[]] $ProcessId)

    $processes = @($ProcessId | Where-Object { $_ } | ForEach-Object { Get-Process -Id $_ -ErrorAction Ignore })
    $processes | Stop-Process -Force -ErrorAction Ignore
    $processes | ForEach-Object { $null = $_.WaitForExit([timespan]::FromMinutes(1)) }
    if ((Get-LeftRecord).Text -contains '/run/ksmtools/journal') {
        Import-Module (Join-Path $PSScriptRoot '../../KsmTools.psd1')
        Restore-KsmConfiguration -Confirm:$false -ErrorAction Continue
    }
}
