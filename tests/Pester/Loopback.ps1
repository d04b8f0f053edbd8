# Dot-sourced where tests want PowerShell remoting: an SSH server of its own on the loopback interface, with keys of its own.

# Why there can be none; nothing where there can.
function Test-Loopback {
    if (-not (Get-Command ssh, ssh-keygen -CommandType Application -ErrorAction Ignore) -or -not (Test-Path /usr/sbin/sshd)) {
        'needs ssh and sshd (openssh-server)'
    } elseif ((id -u) -ne '0') {
        'needs root, which sshd lets in with a key'
    }
}

# Runs a script block with a session to this machine as its argument.
function Invoke-Loopback {
    param([string] $Folder, [scriptblock] $Action)

    $null = New-Item -ItemType Directory -Force $Folder
    foreach ($key in 'host', 'user') {
        ssh-keygen -q -t ed25519 -N '' -f (Join-Path $Folder $key)
    }

    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $port = $listener.LocalEndpoint.Port
    $listener.Stop()
    Set-Content (Join-Path $Folder 'config') @"
Port $port
ListenAddress 127.0.0.1
HostKey $Folder/host
PidFile $Folder/pid
AuthorizedKeysFile $Folder/user.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem powershell /bin/sh $Folder/far
"@
    # sshd hands on nothing of this environment; dotnet need not be where programs look for it.
    $quoted = $powershell | ForEach-Object { "'$_'" }
    Set-Content (Join-Path $Folder 'far') "export DOTNET_ROOT='$env:DOTNET_ROOT'", "exec $quoted -sshs -NoLogo -NoProfile"
    # sshd separates its privileges there, and does not start without it.
    $separation = '/run/sshd'
    $made = -not (Test-Path $separation)
    $null = New-Item -ItemType Directory -Force $separation
    try {
        $server = Start-Program /usr/sbin/sshd '-D', '-f', (Join-Path $Folder 'config'), '-E', (Join-Path $Folder 'log')
        # It writes this file when it listens.
        Wait-Condition 'sshd listens' { $server.HasExited -or (Test-Path (Join-Path $Folder 'pid')) }
        $options = @{ StrictHostKeyChecking = 'no'; UserKnownHostsFile = "$Folder/known"; LogLevel = 'ERROR' }
        $session = New-PSSession -HostName 127.0.0.1 -Port $port -KeyFilePath "$Folder/user" -Options $options -ErrorAction Stop
        & $Action $session
    } catch {
        throw "$_ $(Get-Content (Join-Path $Folder 'log') -Tail 5 -ErrorAction Ignore)"
    } finally {
        if ($session) {
            Remove-PSSession $session
        }

        Stop-Started $server
        if ($made) {
            Remove-Item $separation
        }
    }
}
