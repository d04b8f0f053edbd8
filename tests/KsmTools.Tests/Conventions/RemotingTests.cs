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
        HashSet<string> words =
        [
            .. from path in Surface.Strings(Surface.Manifest()["TypesToProcess"])
               from type in XDocument.Load(Path.Combine(Checkout.Root, path)).Descendants("Type")
               where type.Descendants("NoteProperty").Any(note => note.Element("Name")!.Value == "SerializationMethod" && note.Element("Value")!.Value == "String")
               select type.Element("Name")!.Value,
        ];
        Type[] enums = [.. Reached(Surface.OutputTypes).Where(type => type.IsEnum)];
        Assert.NotEmpty(enums);
        Assert.Empty(enums.Select(type => type.FullName!).Except(words));
        Assert.All(words, name => Assert.True(typeof(Errors.KsmToolsException).Assembly.GetType(name) is { IsEnum: true }, name));
    }

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
                foreach (System.Reflection.PropertyInfo property in type.GetProperties())
                {
                    open.Push(property.PropertyType);
                }
            }
        }

        return reached;
    }
}
