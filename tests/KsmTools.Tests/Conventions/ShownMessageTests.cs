using System.Buffers.Binary;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;
using KsmTools.Completers;
using KsmTools.Tracing;

namespace KsmTools.Tests.Conventions;

/// <summary>Names may be anybody's: what the module tells people goes through the methods of its own that escape it.</summary>
public sealed class ShownMessageTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // call, callvirt and newobj, with the number of a method behind them; ldftn and ldvirtftn, which make delegates, begin with 0xFE.
    private static readonly byte[] Calls = [0x28, 0x6F, 0x73, 0x06, 0x07];

    private static readonly string[] Harmless = [nameof(Cmdlet.WriteObject)];

    [Fact]
    public void Only_the_base_of_the_cmdlets_writes_to_streams_and_asks() => Assert.Equal(
        [typeof(KsmToolsCommand)], CallersOf(method => IsOrDerives(method, typeof(Cmdlet)) && Tells(method.Name) && !Harmless.Contains(method.Name)));

    [Fact]
    public void Nobody_writes_to_the_host() => Assert.Empty(
        CallersOf(method => (IsOrDerives(method, typeof(PSHostUserInterface)) || method.DeclaringType == typeof(Console)) && Tells(method.Name)));

    [Fact]
    public void Only_the_base_of_the_cmdlets_and_who_reads_traces_have_paths_resolved() => Assert.Equal(
        [typeof(KsmToolsCommand), typeof(TracePaths)], CallersOf(method => method.Name.EndsWith("ProviderPathFromPSPath", StringComparison.Ordinal)));

    [Fact]
    public void Patterns_of_users_are_made_where_their_errors_are() => Assert.Equal(
        [typeof(NamePatterns)],
        CallersOf(method => method.DeclaringType == typeof(WildcardPattern) && (method.IsConstructor || method.Name == nameof(WildcardPattern.Get))));

    [Fact]
    public void Completions_are_made_where_they_are_quoted() => Assert.Equal(
        [typeof(CompletedWord), typeof(KnobValueCompleter)], CallersOf(method => method.IsConstructor && method.DeclaringType == typeof(CompletionResult)));

    private static bool IsOrDerives(MethodBase method, Type type) => method.DeclaringType?.IsAssignableTo(type) == true && method.DeclaringType.Assembly == type.Assembly;

    private static bool Tells(string name) =>
        name.StartsWith("Write", StringComparison.Ordinal) || name.StartsWith("Should", StringComparison.Ordinal)
        || name.StartsWith("Prompt", StringComparison.Ordinal) || name is nameof(Cmdlet.ThrowTerminatingError) or "get_Out" or "get_Error";

    private static IEnumerable<Type> CallersOf(Func<MethodBase, bool> called) =>
    [
        .. (from type in typeof(KsmToolsCommand).Assembly.GetTypes()
            from method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared))
            where Called(method).Any(called)
            select Outermost(type)).Distinct().OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<MethodBase> Called(MethodBase caller)
    {
        byte[] code = caller.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + sizeof(int) < code.Length; i++)
        {
            if (Calls.Contains(code[i]) && Resolve(caller, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i + 1))) is { } method)
            {
                yield return method;
            }
        }
    }

    // What is no call may look like one, and then its number is hardly that of a method.
    private static MethodBase? Resolve(MethodBase caller, int number)
    {
        try
        {
            return (number >> 24) is 0x06 or 0x0A or 0x2B
                ? caller.Module.ResolveMethod(number, caller.DeclaringType!.GetGenericArguments(), caller is MethodInfo ? caller.GetGenericArguments() : null)
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
