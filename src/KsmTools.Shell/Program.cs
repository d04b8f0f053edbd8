using KsmTools.Shell;
using Microsoft.PowerShell;

// PowerShell reads these once, as it starts: nothing is reported, and this host is not what a new release of pwsh would replace.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
Environment.SetEnvironmentVariable("POWERSHELL_UPDATECHECK", "Off");
OwnModules.ComeFirst();
Runtime.ShowToChildren();

return ConsoleShell.Start(ShellText.Banner, ShellText.Help, args);
