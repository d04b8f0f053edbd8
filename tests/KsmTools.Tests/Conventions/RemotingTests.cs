using System.Collections;
using System.Reflection;
using System.Xml.Linq;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

/// <summary>What the module says of its types to the serialiser of remoting and Clixml.</summary>
public sealed class RemotingTests
{
    /// <summary>An enum of an object within would travel as its number, where -EQ with its name finds nothing.</summary>
    [Fact]
    public void Every_enum_of_an_output_type_travels_as_its_word()
    {
        Dictionary<string, string> methods = Declared("SerializationMethod");
        Type[] enums = [.. Reached(Surface.OutputTypes).Where(type => type.IsEnum)];
        Assert.NotEmpty(enums);
        Assert.Empty(enums.Select(type => type.FullName!).Except(methods.Keys));
        Assert.All(methods, method => Assert.Equal((true, "String"), (OurType(method.Key)?.IsEnum, method.Value)));
    }

    /// <summary>Remoting serialises one level: what lies deeper arrives as the text of its type's name.</summary>
    [Fact]
    public void Every_output_type_travels_with_the_objects_within()
    {
        Dictionary<string, string> depths = Declared("SerializationDepth");
        Dictionary<string, string> needed = Surface.OutputTypes
            .Select(type => (type.FullName, Depth: Depth(type)))
            .Where(type => type.Depth > 1)
            .ToDictionary(type => type.FullName!, type => $"{type.Depth}");
        Assert.NotEmpty(needed);
        Assert.Equal(needed.OrderBy(type => type.Key), depths.OrderBy(type => type.Key));
    }

    private static Dictionary<string, string> Declared(string note) =>
        Surface.Strings(Surface.Manifest()["TypesToProcess"])
            .SelectMany(path => XDocument.Load(Path.Combine(Checkout.Root, path)).Descendants("Type"))
            .SelectMany(type => type.Descendants("NoteProperty")
                .Where(property => property.Element("Name")!.Value == note)
                .Select(property => (Type: type.Element("Name")!.Value, property.Element("Value")!.Value)))
            .ToDictionary(type => type.Type, type => type.Value);

    private static Type? OurType(string name) => typeof(Errors.KsmToolsException).Assembly.GetType(name);

    // A collection and its elements share a level.
    private static int Depth(Type type) =>
        Nullable.GetUnderlyingType(type) is { } underlying ? Depth(underlying)
        : type.IsEnum || type == typeof(string) ? 0
        : type.IsAssignableTo(typeof(IEnumerable)) ? Math.Max(1, Depth(type.GetElementType() ?? type.GetGenericArguments()[0]))
        : Surface.IsOurs(type) ? 1 + type.GetProperties().Max(property => Depth(property.PropertyType))
        : 0;

    // Our own types among the properties of others, and of theirs.
    private static HashSet<Type> Reached(IEnumerable<Type> types)
    {
        var reached = new HashSet<Type>();
        var open = new Stack<Type>(types);
        while (open.TryPop(out Type? type))
        {
            foreach (Type part in type.GetGenericArguments().Append(type.GetElementType() ?? type))
            {
                if (part != type)
                {
                    open.Push(part);
                }
            }

            if (Surface.IsOurs(type) && !type.IsArray && reached.Add(type))
            {
                foreach (PropertyInfo property in type.GetProperties())
                {
                    open.Push(property.PropertyType);
                }
            }
        }

        return reached;
    }
}
