using System.Management.Automation;
using System.Reflection;
using KsmTools.Commands;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>Whoever pipes processes to a command means those: where a pipeline brings none, nothing is done, and not something to the whole machine.</summary>
public sealed class EmptyPipelineTests : IDisposable
{
    private readonly ModuleHost _host = new();
    private readonly FakeKsmTree _tree = new();

    /// <summary>The cmdlets that take ids from the pipeline.</summary>
    public static TheoryData<string> Commands =>
    [
        .. from type in typeof(InvokeKsmMergeCommand).Assembly.GetExportedTypes()
           let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
           where cmdlet is not null && type.GetProperties().Any(TakesIds)
           orderby cmdlet.NounName
           select $"{cmdlet.VerbName}-{cmdlet.NounName}",
    ];

    [Fact]
    public void The_merge_is_among_them() => Assert.Contains("Invoke-KsmMerge", Commands.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Commands))]
    public void An_empty_pipeline_does_nothing(string command)
    {
        using var root = new KernelRoot(_tree);
        string before = _tree.Snapshot();
        Assert.Empty(_host.Run($"@() | {command}").Output);
        Assert.Empty(_host.Run($"Get-Process nosuchprogram* | {command}").Output);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Theory]
    [InlineData("@() | Invoke-KsmMerge -Id 1")]
    [InlineData("'text' | Invoke-KsmMerge")]
    public void A_merge_that_gets_no_process_from_its_pipeline_does_nothing(string script)
    {
        using var root = new KernelRoot(_tree);
        string before = _tree.Snapshot();
        Assert.Empty(_host.Run(script).Output);
        Assert.Equal(before, _tree.Snapshot());
    }

    public void Dispose()
    {
        _host.Dispose();
        _tree.Dispose();
    }

    private static bool TakesIds(PropertyInfo property) =>
        (property.PropertyType == typeof(int) || property.PropertyType == typeof(int[]))
        && property.GetCustomAttributes<ParameterAttribute>().Any(parameter => parameter.ValueFromPipeline || parameter.ValueFromPipelineByPropertyName);
}
