using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Gets the NUMA nodes of the machine, their memory and CPUs.</summary>
[Cmdlet(VerbsCommon.Get, "NumaNode")]
[OutputType(typeof(NumaNode))]
public sealed class GetNumaNodeCommand : KsmToolsCommand
{
    /// <summary>The nodes; all unless given.</summary>
    [Parameter(Position = 0)]
    [RefuseNull]
    [ArgumentCompleter(typeof(NumaNodeCompleter))]
    public int[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void End()
    {
        var nodes = new NumaNodes(Kernel);
        if (Id.Length == 0)
        {
            WriteObject(nodes.Read(), enumerateCollection: true);
        }

        foreach (int id in Id)
        {
            WriteNode(nodes, id);
        }
    }

    private void WriteNode(NumaNodes nodes, int id)
    {
        try
        {
            WriteObject(nodes.Find(id));
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.NumaNodeNotFound)
        {
            WriteFailure(failure);
        }
    }
}
