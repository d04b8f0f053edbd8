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
    param([string] $FilePath, [string[]] $ArgumentList, [string] $WorkingDirectory)

    $start = [Diagnostics.ProcessStartInfo]::new($FilePath, $ArgumentList)
    $start.WorkingDirectory = $WorkingDirectory
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

# Runs a command in this PowerShell as somebody who is not root, in a folder that has a home of theirs and the parts that are named, under these
# names; the exit code is in $LASTEXITCODE. Where this cannot be, or the needed files are not for everybody, the test is skipped.
function Invoke-PwshAsNobody {
    param([string] $Folder, [hashtable] $Part, [string[]] $Needed, [string] $Command)

    if (-not (Get-Command setpriv, unshare -CommandType Application -ErrorAction Ignore)) {
        Set-ItResult -Skipped -Because 'needs setpriv and unshare'
    }

    $complaint = unshare --mount true 2>&1
    if ($LASTEXITCODE) {
        Set-ItResult -Skipped -Because "needs a mount name space of its own: $complaint"
    }

    $null = New-Item -ItemType Directory (Join-Path $Folder 'home/tmp')
    chown -R 65534:65534 (Join-Path $Folder 'home')
    # The parts may lie where only root can go: a name space of its own shows them in this folder, until the process ends.
    $parts = $Part + @{ pwsh = $PSHOME; dotnet = Join-Path ([Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory()) '../../..' }
    $mounts = foreach ($name in $parts.Keys) {
        $null = New-Item -ItemType Directory (Join-Path $Folder $name)
        "mount --bind '$($parts[$name])' '$Folder/$name' || exit"
    }
    # Only its owner may run the program of a .NET tool, and everybody its assembly; a pwsh that brings its own .NET has no dotnet.
    $user = @"
        for file in pwsh/pwsh.dll $Needed; do [ -r "`$file" ] || exit 77; done
        [ -f dotnet/dotnet ] && exec dotnet/dotnet pwsh/pwsh.dll "`$@"
        exec pwsh/pwsh "`$@"
"@
    $become = @'
        cd "$0" && unset PSModulePath XDG_CONFIG_HOME XDG_DATA_HOME
        export HOME="$0/home" TMPDIR="$0/home/tmp" XDG_CACHE_HOME="$0/home"
        exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$@"
'@
    $namespace = @($mounts) + $become -join "`n"
    $output = unshare --mount sh -c $namespace $Folder $user pwsh -NoProfile -NonInteractive -Command $Command 2>&1
    if ($LASTEXITCODE -eq 77) {
        Set-ItResult -Skipped -Because "needs a PowerShell, and $Needed, that everybody may read"
    }

    $output
}
