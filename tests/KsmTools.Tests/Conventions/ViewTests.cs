using System.Xml.Linq;

namespace KsmTools.Tests.Conventions;

public sealed class ViewTests
{
    [Fact]
    public void Every_output_type_has_a_table_and_a_list()
    {
        IReadOnlyList<XElement> views = Surface.Views();
        IEnumerable<string> missing =
            from type in Surface.OutputTypes
            from control in new[] { "TableControl", "ListControl" }
            where !views.Any(view => Shows(view, type) && view.Element(control) is not null)
            select $"{type.FullName}: {control}";
        Assert.Empty(missing);
    }

    [Fact]
    public void Views_name_types_and_properties_that_exist()
    {
        var unknown = new List<string>();
        foreach (XElement view in Surface.Views())
        {
            foreach (string name in view.Descendants("TypeName").Select(element => element.Value.Replace("Deserialized.", "", StringComparison.Ordinal)))
            {
                Type? type = Surface.OutputTypes.Concat(typeof(Errors.KsmToolsException).Assembly.GetTypes()).FirstOrDefault(type => type.FullName == name);
                if (type is null)
                {
                    unknown.Add(name);
                    continue;
                }

                unknown.AddRange(view.Descendants("PropertyName")
                    .Select(element => element.Value)
                    .Where(property => type.GetProperty(property) is null)
                    .Select(property => $"{name}.{property}"));
            }
        }

        Assert.Empty(unknown);
    }

    private static bool Shows(XElement view, Type type) =>
        view.Element("ViewSelectedBy")!.Elements("TypeName").Any(name => name.Value == type.FullName);
}
