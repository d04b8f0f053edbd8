using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Starts a program whose whole memory can be merged.</summary>
[Cmdlet(VerbsLifecycle.Start, "KsmProcess", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StartKsmProcessCommand : KsmToolsCommand
{
    /// <summary>The program: a path, or a name to look for in <c>PATH</c>.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string FilePath { get; set; } = string.Empty;

    /// <summary>Its arguments, one element each.</summary>
    [Parameter(Position = 1)]
    [Alias("Args")]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>Where it starts; the current location when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string program = FindProgram();
        if (ShouldProcess(program, ModuleMessages.StartProcess))
        {
            string folder = WorkingDirectory is null
                ? SessionState.Path.CurrentFileSystemLocation.ProviderPath
                : Unresolved(WorkingDirectory);
            WriteObject(KsmProcessStarter.Start(Kernel, program, FilePath, ArgumentList, folder, PipelineStopToken));
        }
    }

    private string FindProgram()
    {
        // A full path of the file system goes on as it is: PowerShell's own would be looked through for providers (::), and have / for every \.
        if (FilePath.StartsWith('/'))
        {
            return FilePath;
        }

        if (FilePath.Contains('/', StringComparison.Ordinal))
        {
            return Unresolved(FilePath);
        }

        CommandInfo? command = InvokeCommand.GetCommand(WildcardPattern.Escape(FilePath), CommandTypes.Application);
        return command?.Source ?? throw KsmProcessStarter.NotFound(FilePath);
    }
}
