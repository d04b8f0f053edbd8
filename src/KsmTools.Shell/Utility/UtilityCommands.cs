using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell.Commands;

namespace KsmTools.Shell.Utility;

/// <summary>Registers the commands of this folder, which stand in for those of assemblies that only the PowerShell SDK brings.</summary>
internal static class UtilityCommands
{
    private static readonly (string Name, Type Type)[] Utility =
    [
        ("Add-Member", typeof(AddMemberCommand)),
        ("Compare-Object", typeof(CompareObjectCommand)),
        ("ConvertFrom-Csv", typeof(ConvertFromCsvCommand)),
        ("ConvertFrom-Json", typeof(ConvertFromJsonCommand)),
        ("ConvertTo-Csv", typeof(ConvertToCsvCommand)),
        ("ConvertTo-Json", typeof(ConvertToJsonCommand)),
        ("Export-Clixml", typeof(ExportClixmlCommand)),
        ("Export-Csv", typeof(ExportCsvCommand)),
        ("Format-List", typeof(FormatListCommand)),
        ("Format-Table", typeof(FormatTableCommand)),
        ("Format-Wide", typeof(FormatWideCommand)),
        ("Get-Date", typeof(GetDateCommand)),
        ("Get-Host", typeof(GetHostCommand)),
        ("Get-Member", typeof(GetMemberCommand)),
        ("Get-Random", typeof(GetRandomCommand)),
        ("Get-Unique", typeof(GetUniqueCommand)),
        ("Get-Variable", typeof(GetVariableCommand)),
        ("Group-Object", typeof(GroupObjectCommand)),
        ("Import-Clixml", typeof(ImportClixmlCommand)),
        ("Import-Csv", typeof(ImportCsvCommand)),
        ("Import-PowerShellDataFile", typeof(ImportPowerShellDataFileCommand)),
        ("Invoke-Expression", typeof(InvokeExpressionCommand)),
        ("Measure-Command", typeof(MeasureCommandCommand)),
        ("Measure-Object", typeof(MeasureObjectCommand)),
        ("New-Object", typeof(NewObjectCommand)),
        ("New-TimeSpan", typeof(NewTimeSpanCommand)),
        ("New-Variable", typeof(NewVariableCommand)),
        ("Out-File", typeof(OutFileCommand)),
        ("Out-String", typeof(OutStringCommand)),
        ("Read-Host", typeof(ReadHostCommand)),
        ("Remove-Variable", typeof(RemoveVariableCommand)),
        ("Select-Object", typeof(SelectObjectCommand)),
        ("Set-Variable", typeof(SetVariableCommand)),
        ("Sort-Object", typeof(SortObjectCommand)),
        ("Start-Sleep", typeof(StartSleepCommand)),
        ("Tee-Object", typeof(TeeObjectCommand)),
        ("Write-Debug", typeof(WriteDebugCommand)),
        ("Write-Error", typeof(WriteErrorCommand)),
        ("Write-Host", typeof(WriteHostCommand)),
        ("Write-Information", typeof(WriteInformationCommand)),
        ("Write-Output", typeof(WriteOutputCommand)),
        ("Write-Progress", typeof(WriteProgressCommand)),
        ("Write-Verbose", typeof(WriteVerboseCommand)),
        ("Write-Warning", typeof(WriteWarningCommand)),
    ];

    private static readonly (string Name, Type Type)[] Management =
    [
        ("Add-Content", typeof(AddContentCommand)),
        ("Copy-Item", typeof(CopyItemCommand)),
        ("Get-ChildItem", typeof(GetChildItemCommand)),
        ("Get-Content", typeof(GetContentCommand)),
        ("Get-Item", typeof(GetItemCommand)),
        ("Get-Location", typeof(GetLocationCommand)),
        ("Get-Process", typeof(GetProcessCommand)),
        ("Join-Path", typeof(JoinPathCommand)),
        ("New-Item", typeof(NewItemCommand)),
        ("Pop-Location", typeof(PopLocationCommand)),
        ("Push-Location", typeof(PushLocationCommand)),
        ("Remove-Item", typeof(RemoveItemCommand)),
        ("Resolve-Path", typeof(ResolvePathCommand)),
        ("Set-Content", typeof(SetContentCommand)),
        ("Set-Location", typeof(SetLocationCommand)),
        ("Split-Path", typeof(SplitPathCommand)),
        ("Start-Process", typeof(StartProcessCommand)),
        ("Stop-Process", typeof(StopProcessCommand)),
        ("Test-Path", typeof(TestPathCommand)),
        ("Wait-Process", typeof(WaitProcessCommand)),
    ];

    /// <summary>Adds them, each group unless its real assembly is beside the shell.</summary>
    public static void AddTo(InitialSessionState state)
    {
        Add(state, "Microsoft.PowerShell.Utility", "Microsoft.PowerShell.Commands.Utility.dll", Utility);
        Add(state, "Microsoft.PowerShell.Management", "Microsoft.PowerShell.Commands.Management.dll", Management);
    }

    private static void Add(InitialSessionState state, string module, string assembly, (string Name, Type Type)[] commands)
    {
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, assembly)))
        {
            return;
        }

        PSSnapInInfo origin = EngineOrigin.Create(module);
        foreach ((string name, Type type) in commands)
        {
            var entry = new SessionStateCmdletEntry(name, type, helpFileName: null);
            EngineOrigin.Set(entry, origin);
            state.Commands.Add(entry);
        }
    }
}
