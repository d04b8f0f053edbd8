using System.Reflection;
using System.Text.RegularExpressions;
using ArchUnitNET.Loader;
using KsmTools.Files;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

/// <summary>The rooms of the code and who may use whom: docs/architecture.md says it, the assemblies do it.</summary>
public sealed partial class ArchitectureTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // The page types that it names are numbers by the time they are IL.
    private static readonly (string From, string To) OnlyConstants = ("Migration", "Records");

    // The namespace KsmTools itself, with messages in the library and the base of the cmdlets in the module.
    private const string Outside = "";

    private static readonly Use[] Kernel = Read(typeof(KernelTree).Assembly);
    private static readonly Use[] Module = Read(typeof(KsmToolsCommand).Assembly);
    private static readonly Dictionary<string, string[]> Documented = ReadDocument();

    public static TheoryData<string> Rooms => [.. Documented.Keys];

    [Fact]
    public void Every_room_is_documented() => Assert.Equal(
        Directions(Kernel, Room).Keys.Except([Outside]).Order(StringComparer.Ordinal), Documented.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_what_it_may(string room) => Assert.Empty(
        from use in Kernel
        where Room(use.From) == room && Room(use.To) is var other && other != room && other != Outside && !Documented[room].Contains(other)
        select use);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_all_that_is_documented(string room)
    {
        HashSet<string> taken = Directions(Kernel, Room)[room];
        Assert.All(Documented[room], other => Assert.True(taken.Contains(other) || (room, other) == OnlyConstants, $"{room} does not use {other}."));
    }

    [Fact]
    public void Rooms_form_no_circle() => Assert.Empty(InCircles(Directions(Kernel, Room)));

    [Fact]
    public void Rooms_of_Tracing_form_no_circle() => Assert.Empty(InCircles(Directions(Kernel, RoomOfTracing)));

    [Fact]
    public void Rooms_of_the_module_form_no_circle() => Assert.Empty(InCircles(Directions(Module, Room)));

    [Fact]
    public void Only_Interop_calls_libc() => Assert.Empty(
        from type in typeof(KernelTree).Assembly.GetTypes().Concat(typeof(KsmToolsCommand).Assembly.GetTypes())
        where type.Namespace != "KsmTools.Interop"
        from method in type.GetMethods(Declared)
        where method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
        select $"{type}.{method.Name}");

    // .NET's cryptography is OpenSSL's, and where no libssl can be used it ends the process with SIGABRT. RandomBytes does without.
    [Fact]
    public void What_ships_does_without_OpenSSL() => Assert.All(
        [typeof(KernelTree).Assembly, typeof(KsmToolsCommand).Assembly],
        assembly => Assert.DoesNotContain(assembly.GetReferencedAssemblies(), other => other.Name!.StartsWith("System.Security.Cryptography", StringComparison.Ordinal)));

    private static Use[] Read(Assembly assembly) =>
    [
        .. Dependencies(assembly).Concat(Unseen(assembly)).Distinct().Where(
            use => use.From != use.To && use.From.StartsWith("KsmTools.", StringComparison.Ordinal) && use.To.StartsWith("KsmTools.", StringComparison.Ordinal)),
    ];

    private static IEnumerable<Use> Dependencies(Assembly assembly) =>
        from type in new ArchLoader().LoadAssembly(assembly).Build().Types
        from dependency in type.Dependencies
        select new Use(Outermost(dependency.Origin.FullName), Outermost(dependency.Target.FullName));

    // Of what ArchUnitNET 0.13 passes over, what this code has: the types of catch clauses, and type arguments of parameters by reference.
    private static IEnumerable<Use> Unseen(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared))
        let caught = method.GetMethodBody()?.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType)
        from named in method.GetParameters().Select(parameter => parameter.ParameterType).Concat(caught ?? []).OfType<System.Type>()
        from part in Parts(named)
        where part.FullName is not null
        select new Use(Outermost(type.FullName!), Outermost(part.FullName!));

    private static IEnumerable<System.Type> Parts(System.Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : [type, .. type.GetGenericArguments().SelectMany(Parts)];

    private static string Outermost(string type) => type.Split('+', '`', '<', '/')[0];

    private static string Room(string type) => Namespace(type).Split('.')[0];

    private static string RoomOfTracing(string type) => Room(type) == "Tracing" ? Namespace(type) : Room(type);

    private static string Namespace(string type) => type.Split('.') is [_, .. var room, _] ? string.Join('.', room) : Outside;

    private static Dictionary<string, HashSet<string>> Directions(Use[] uses, Func<string, string> roomOf)
    {
        var directions = new Dictionary<string, HashSet<string>>();
        foreach (string room in uses.SelectMany(use => new[] { roomOf(use.From), roomOf(use.To) }))
        {
            directions.TryAdd(room, []);
        }

        foreach (Use use in uses.Where(use => roomOf(use.From) != roomOf(use.To)))
        {
            directions[roomOf(use.From)].Add(roomOf(use.To));
        }

        return directions;
    }

    // The directions by which a room comes back to itself.
    private static IEnumerable<string> InCircles(Dictionary<string, HashSet<string>> directions) =>
        from room in directions.Keys.Order(StringComparer.Ordinal)
        from other in directions[room].Order(StringComparer.Ordinal)
        where Reach(directions, other).Contains(room)
        select $"{room} -> {other}";

    private static HashSet<string> Reach(Dictionary<string, HashSet<string>> directions, string from)
    {
        var reached = new HashSet<string>();
        var left = new Stack<string>([from]);
        while (left.TryPop(out string? room))
        {
            foreach (string other in directions[room].Where(reached.Add))
            {
                left.Push(other);
            }
        }

        return reached;
    }

    private static Dictionary<string, string[]> ReadDocument() =>
        RoomRow().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "architecture.md"))).ToDictionary(
            row => row.Groups["room"].Value,
            row => row.Groups["uses"].Value.Split([' ', ',', '`'], StringSplitOptions.RemoveEmptyEntries));

    // | `Room/` | what it is about | `Other`, `Another` |
    [GeneratedRegex(@"^\| `(?<room>\w+)/` \|[^|\n]*\|(?<uses>[^|\n]*)\|$", RegexOptions.Multiline)]
    private static partial Regex RoomRow();

    private sealed record Use(string From, string To)
    {
        public override string ToString() => $"{From} uses {To}";
    }
}
