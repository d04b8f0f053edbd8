using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Memory.Triggers;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

public sealed class NumaNodeTests : IDisposable
{
    private readonly MemoryTree _tree = new();

    [Fact]
    public void Nodes_have_memory_cpus_and_distances()
    {
        IReadOnlyList<NumaNode> nodes = new NumaNodes(_tree.PutNodes().Kernel).Read();
        Assert.Equal([0, 1, 2], nodes.Select(node => node.Id));
        Assert.Equal([1016276L * 1024, 1032016L * 1024, 0], nodes.Select(node => node.MemoryBytes));
        Assert.Equal([773912L * 1024, 1017464L * 1024, 0], nodes.Select(node => node.FreeBytes));
        Assert.Equal(["0-3,8", "", "4-7"], nodes.Select(node => node.Cpus));
        Assert.Equal([20, 10, 40], nodes[1].Distances);
        Assert.Equal([true, true, false], nodes.Select(node => node.HasMemory));
    }

    [Fact]
    public void Nodes_are_in_the_order_of_their_numbers_and_other_folders_are_none()
    {
        foreach (string name in new[] { "node10", "node2", "nodes", "power", "node-1" })
        {
            _tree.Put($"/sys/devices/system/node/{name}/distance", "10\n");
        }

        Assert.Equal([2, 10], new NumaNodes(_tree.Kernel).Read().Select(node => node.Id));
    }

    [Fact]
    public void A_kernel_without_NUMA_has_one_node()
    {
        _tree.Put("/proc/meminfo", "MemTotal:       1000 kB\nMemFree:         400 kB\n").Put("/sys/devices/system/cpu/online", "0-1\n");
        NumaNode node = Assert.Single(new NumaNodes(_tree.Kernel).Read());
        Assert.Equal((0, 1_024_000L, 409_600L, "0-1", true), (node.Id, node.MemoryBytes, node.FreeBytes, node.Cpus, node.HasMemory));
    }

    [Theory]
    [InlineData("has_memory", "0-x")]
    [InlineData("has_memory", "3-1")]
    [InlineData("has_memory", "0-4294967295")]
    [InlineData("node0/distance", "10 far")]
    public void Damaged_files_are_named(string file, string contents)
    {
        _tree.PutNodes().Put("/sys/devices/system/node/" + file, contents);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => new NumaNodes(_tree.Kernel).Read());
        Assert.Equal(ErrorReason.KernelIoError, failure.Reason);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", new int[0])]
    [InlineData("0", new[] { 0 })]
    [InlineData("0-2,5,7-8", new[] { 0, 1, 2, 5, 7, 8 })]
    public void Lists_of_numbers(string text, int[] numbers) => Assert.Equal(numbers, NumberList.Parse(text, "file"));

    [Fact]
    public void Pages_move_to_the_nearest_node_and_of_several_to_the_emptiest()
    {
        NumaNode[] nodes =
        [
            new() { Id = 0, Cpus = "", Distances = [10, 30, 20, 20], FreeBytes = 900 },
            new() { Id = 1, Cpus = "", Distances = [30, 10, 20, 40], FreeBytes = 800 },
            new() { Id = 2, Cpus = "", Distances = [20, 20, 10, 20], FreeBytes = 5 },
            new() { Id = 3, Cpus = "", Distances = [20, 40, 20, 10], FreeBytes = 6 },
        ];
        Assert.Equal(3, MovePagesTrigger.Choose(nodes, 0).Id);
        Assert.Equal(2, MovePagesTrigger.Choose(nodes, 1).Id);
    }

    [Fact]
    public void The_cmdlet_reads_a_captured_tree_and_names_what_is_not_there()
    {
        using var root = new KernelRoot(_tree.PutNodes().Kernel);
        using var host = new ModuleHost();
        Assert.Equal(3, host.Run("Get-NumaNode").All<NumaNode>().Count);
        ModuleResult result = host.Run("Get-NumaNode 7, 1");
        ErrorRecord error = result.Error(ErrorReason.NumaNodeNotFound);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Contains("0, 1, 2", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(1, Assert.IsType<NumaNode>(Assert.Single(result.Output).BaseObject).Id);
    }

    [Theory]
    [InlineData("Get-NumaNode -Id ", new[] { "0", "1", "2" })]
    [InlineData("Move-ProcessPage -Node ", new[] { "0", "1" })]
    public void Nodes_are_completed(string line, string[] expected)
    {
        using var root = new KernelRoot(_tree.PutNodes().Kernel);
        using var host = new ModuleHost();
        string script = $"[System.Management.Automation.CommandCompletion]::CompleteInput('{line}', {line.Length}, $null).CompletionMatches.CompletionText";
        Assert.Equal(expected, host.Run(script).All<string>());
    }

    [Theory]
    [InlineData(1, ErrorReason.TriggerNotSupported)] // Only the running kernel's pages move.
    [InlineData(2, ErrorReason.NumaNodeNotFound)]
    [InlineData(9, ErrorReason.NumaNodeNotFound)]
    public void Nodes_that_pages_cannot_be_moved_to(int node, ErrorReason reason) =>
        Assert.Equal(reason, Assert.Throws<KsmToolsException>(() => new PageMover(_tree.PutNodes().Kernel).Check(node)).Reason);

    [Fact]
    public void One_node_with_memory_is_not_enough()
    {
        _tree.PutNodes().Put("/sys/devices/system/node/has_memory", "1\n");
        Assert.Equal(ErrorReason.NumaSingleNode, Assert.Throws<KsmToolsException>(() => new PageMover(_tree.Kernel).Check(1)).Reason);
    }

    [Fact]
    public void This_machine_has_the_nodes_that_its_kernel_lists()
    {
        Assert.SkipUnless(File.Exists("/sys/devices/system/node/online"), "needs a kernel with CONFIG_NUMA");
        string online = File.ReadAllText("/sys/devices/system/node/online").Trim();
        IReadOnlyList<NumaNode> nodes = new NumaNodes(new KernelTree("/")).Read();
        Assert.Equal(NumberList.Parse(online, "online"), nodes.Select(node => node.Id));
        Assert.InRange(nodes.Sum(node => node.MemoryBytes!.Value), 1L << 26, long.MaxValue);
    }

    public void Dispose() => _tree.Dispose();
}
