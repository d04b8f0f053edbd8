# Dot-sourced by Support.ps1: processes that tests start, and how they end.

# The PowerShell that runs the suite, as one process. The pwsh of the PATH may be another one, or a launcher that waits for dotnet: what ends
# a launcher leaves the process that does the work.
$powershell = @(
    [Environment]::ProcessPath
    if ((Split-Path -Leaf ([Environment]::ProcessPath)) -eq 'dotnet') {
        Join-Path $PSHOME 'pwsh.dll'
    }
)

# Runs it to its end, with arguments as pwsh takes them; the exit code is in $LASTEXITCODE.
function Invoke-Pwsh {
    & $powershell[0] @($powershell | Select-Object -Skip 1) @args
}

# Starts it with a command that goes on; for Stop-Started.
function Start-Pwsh {
    param([string] $Command)

    # What a shell starts in the background ignores SIGINT, and so does all that comes of it.
    Start-Program env (@('--default-signal=INT') + $powershell + @('-NoProfile', '-NonInteractive', '-Command', $Command))
}

# Starts a program whose output nobody wants; what it complains of is seen. For Stop-Started.
function Start-Program {
    param([string] $FilePath, [string[]] $ArgumentList)

    $start = [Diagnostics.ProcessStartInfo]::new($FilePath, $ArgumentList)
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    $process.BeginOutputReadLine()
    $process
}

# Ends processes with all that they started, at once, and waits until they are gone.
function Stop-Started {
    param([Diagnostics.Process[]] $Process)

    foreach ($one in $Process | Where-Object { $_ }) {
        $one.Kill($true)
    }

    foreach ($one in $Process | Where-Object { $_ }) {
        if (-not $one.WaitForExit([timespan]::FromMinutes(1))) {
            throw "Process $($one.Id) does not end."
        }
    }
}

# Waits until a condition holds. The limit is for what never comes: a busy machine takes its time.
function Wait-Condition {
    param([string] $What, [scriptblock] $Condition, [timespan] $Limit = '00:02:00')

    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed -gt $Limit) {
            throw "Waited $($Limit.TotalSeconds) s in vain: $What."
        }

        Start-Sleep -Milliseconds 50
    }
}
