# Dot-sourced by run.ps1: what a file of tests leaves behind that was not there before.

# All that is started below this shell inherits it, and keeps it when its parent ends.
$env:KSMTOOLS_PESTER = [guid]::NewGuid()

# The programs that tests started and that still run, each with its command line.
function Get-LeftProcess {
    $mine = [Collections.Generic.HashSet[string]]::new([string[]] "$PID")
    foreach ($process in [IO.DirectoryInfo]::new('/proc').EnumerateDirectories() | Where-Object Name -Match '^\d+$' | Sort-Object { [int] $_.Name }) {
        try {
            $id = $process.Name
            $state, $parent = ([IO.File]::ReadAllText("$process/stat") -replace '(?s)^.*\) ' -split ' ')[0, 1]
            # A program such as sshd writes over its environment, and is known by its parent.
            $environment = try { [IO.File]::ReadAllText("$process/environ") } catch { '' }
            if ($id -ne $PID -and $state -ne 'Z' -and ($mine.Contains($parent) -or $environment.Contains($env:KSMTOOLS_PESTER))) {
                $null = $mine.Add($id)
                "process $id, $([IO.File]::ReadAllText("$process/cmdline").Replace("`0", ' ').Trim())"
            }
        } catch [IO.IOException] {
            # It has ended meanwhile.
            continue
        }
    }
}

# What the module's commands leave while they run, or when they are killed.
function Get-LeftRecord {
    foreach ($file in Get-ChildItem /run/ksmtools -File -Recurse -ErrorAction Ignore) {
        if ($file.Name -notlike '*lock') {
            $file.FullName
            continue
        }

        try {
            [IO.File]::Open($file.FullName, 'Open', 'Read', 'None').Dispose()
        } catch [UnauthorizedAccessException] {
            continue
        } catch {
            "$file, held by $([IO.File]::ReadAllText($file))"
        }
    }
}

function Get-Leftover {
    Get-LeftProcess
    Get-LeftRecord
}
