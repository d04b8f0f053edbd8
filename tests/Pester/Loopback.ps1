# Dot-sourced where tests want PowerShell remoting: an SSH server of its own on the loopback interface, with keys of its own.

# Why there can be none; nothing where there can.
function Test-Loopback {
    if (-not (Get-Command ssh, ssh-keygen -CommandType Application -ErrorAction Ignore) -or -not (Test-Path /usr/sbin/sshd)) {
        'needs ssh and sshd (openssh-server)'
    } elseif ((id -u) -ne '0') {
        'needs root, which sshd lets in with a key'
    }
}

function Connect-Loopback {
    param([string] $Folder)

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
Subsystem powershell $((Get-Process -Id $PID).Path) -sshs -NoLogo -NoProfile
"@
    # sshd separates its privileges there, and does not start without it.
    if (-not (Test-Path /run/sshd)) {
        $null = New-Item -ItemType Directory /run/sshd
        Set-Content (Join-Path $Folder 'made') /run/sshd
    }

    /usr/sbin/sshd -f (Join-Path $Folder 'config') -E (Join-Path $Folder 'log')
    $options = @{ StrictHostKeyChecking = 'no'; UserKnownHostsFile = "$Folder/known"; LogLevel = 'ERROR' }
    New-PSSession -HostName 127.0.0.1 -Port $port -KeyFilePath "$Folder/user" -Options $options -ErrorAction Stop
}

function Disconnect-Loopback {
    param($Session, [string] $Folder)

    if ($Session) {
        Remove-PSSession $Session
    }

    Stop-Process -Id (Get-Content (Join-Path $Folder 'pid'))
    if (Test-Path (Join-Path $Folder 'made')) {
        Remove-Item /run/sshd
    }
}
