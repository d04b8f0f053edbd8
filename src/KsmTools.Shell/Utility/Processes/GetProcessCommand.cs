using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Processes by name, id or object.</summary>
public abstract class ProcessCommandBase : PSCmdlet
{
    private protected const string NameSet = "Name";
    private protected const string IdSet = "Id";
    private protected const string ObjectSet = "InputObject";

    private protected IEnumerable<Process> ByName(string[]? names)
    {
        var found = new List<Process>();
        Process[] all = Process.GetProcesses();
        foreach (string name in names ?? ["*"])
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            int before = found.Count;
            found.AddRange(all.Where(process => pattern.IsMatch(NameOf(process)) && !found.Contains(process)));
            if (found.Count == before && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(new ErrorRecord(
                    new ProcessCommandException($"Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again."),
                    "NoProcessFoundForGivenName", ErrorCategory.ObjectNotFound, name));
            }
        }

        return Ordered(found);
    }

    private protected IEnumerable<Process> ById(int[] ids)
    {
        var found = new List<Process>();
        foreach (int id in ids)
        {
            try
            {
                found.Add(Process.GetProcessById(id));
            }
            catch (ArgumentException)
            {
                WriteError(new ErrorRecord(
                    new ProcessCommandException(string.Create(CultureInfo.CurrentCulture, $"Cannot find a process with the process identifier {id}.")),
                    "NoProcessFoundForGivenId", ErrorCategory.ObjectNotFound, id));
            }
        }

        return Ordered(found);
    }

    private protected static string NameOf(Process process)
    {
        try
        {
            return process.ProcessName;
        }
        catch (InvalidOperationException)
        {
            // It has ended since it was listed.
            return string.Empty;
        }
    }

    private static IOrderedEnumerable<Process> Ordered(List<Process> processes) =>
        processes.OrderBy(NameOf, StringComparer.CurrentCultureIgnoreCase).ThenBy(process => process.Id);
}

/// <summary>A process that is not there, or does not obey.</summary>
public class ProcessCommandException : SystemException
{
    public ProcessCommandException()
    {
    }

    public ProcessCommandException(string? message)
        : base(message)
    {
    }

    public ProcessCommandException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

[Cmdlet(VerbsCommon.Get, "Process", DefaultParameterSetName = NameSet)]
[OutputType(typeof(Process))]
public sealed class GetProcessCommand : ProcessCommandBase
{
    [Parameter(Position = 0, ParameterSetName = NameSet, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    [Parameter(ParameterSetName = IdSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PID")]
    public int[] Id { get; set; } = [];

    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    protected override void ProcessRecord()
    {
        IEnumerable<Process> found = ParameterSetName switch
        {
            NameSet => ByName(Name),
            IdSet => ById(Id),
            _ => InputObject,
        };
        foreach (Process process in found)
        {
            process.Refresh();
            WriteObject(process);
        }
    }
}
