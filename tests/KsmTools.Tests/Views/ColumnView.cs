using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using KsmTools.Tests.Conventions;

namespace KsmTools.Tests.Views;

/// <summary>A column of a table that the module ships.</summary>
/// <param name="Label">Its header.</param>
/// <param name="Width">Its width; 0 where the view leaves that to PowerShell.</param>
/// <param name="Script">What it shows of an object.</param>
/// <param name="IsText">Whether it is text that may go on on the next line.</param>
internal sealed partial record ColumnView(string Label, int Width, string Script, bool IsText)
{
    private const string TextFunctions = "[KsmTools.Views.CellText]::";

    /// <summary>All tables that the module ships.</summary>
    public static IEnumerable<(Type Type, ColumnView[] Columns)> Tables => All("TableControl", Of);

    /// <summary>All lists that the module ships.</summary>
    public static IEnumerable<(Type Type, ColumnView[] Columns)> Lists => All("ListControl", OfList);

    /// <summary>The script for a column that has room for all it has to say.</summary>
    public string Roomy => IsText ? LastArgument().Replace(Script, ", $$null)") : Script;

    // The lines of a list are as columns of the width of their labels.
    private static ColumnView[] OfList(XElement view) =>
    [
        .. view.Descendants("ListItem").Select(item =>
        {
            string? property = item.Element("PropertyName")?.Value;
            string script = item.Element("ScriptBlock")?.Value ?? "$_." + property;
            string label = item.Element("Label")?.Value ?? property!;
            return new ColumnView(label, label.Length, script, script.StartsWith(TextFunctions, StringComparison.Ordinal));
        }),
    ];

    private static ColumnView[] Of(XElement view) =>
    [
        .. view.Descendants("TableColumnHeader").Zip(view.Descendants("TableColumnItem"), (header, item) =>
        {
            string script = item.Element("ScriptBlock")?.Value ?? "$_." + item.Element("PropertyName")!.Value;
            string width = header.Element("Width")?.Value ?? "0";
            return new ColumnView(
                header.Element("Label")?.Value ?? item.Element("PropertyName")!.Value,
                int.Parse(width, CultureInfo.InvariantCulture),
                script,
                script.StartsWith(TextFunctions, StringComparison.Ordinal));
        }),
    ];

    private static IEnumerable<(Type Type, ColumnView[] Columns)> All(string control, Func<XElement, ColumnView[]> of) =>
        from view in Surface.Views()
        where view.Element(control) is not null
        let name = view.Element("ViewSelectedBy")!.Element("TypeName")!.Value
        select (ShownTypes.Reached.Single(type => type.FullName == name), of(view));

    [GeneratedRegex(@", [^,]+\)$")]
    private static partial Regex LastArgument();
}
