using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using KsmTools.Tests.Conventions;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Views;

/// <summary>Tables show all of their columns at every width, and each figure, name and word in one piece.</summary>
public sealed class TableTests
{
    private const int Narrowest = 80;

    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    public static TheoryData<int, string> Terminals => new()
    {
        { Narrowest, "" }, { 100, "" }, { 120, "" }, { 200, "" }, { Narrowest, "en-US" },
    };

    [Theory]
    [MemberData(nameof(Terminals))]
    public void The_largest_figures_are_whole(int columns, string culture)
    {
        using var terminal = new TerminalHost(columns, CultureInfo.GetCultureInfo(culture));
        string[] faults = [.. ColumnView.Tables.SelectMany(table => Faults(terminal, columns, table))];
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("")]
    [InlineData("| Format-Table")]
    public void What_comes_late_is_whole(string how)
    {
        using var terminal = new TerminalHost(Narrowest, English);
        (Type type, ColumnView[] columns) = ColumnView.Tables.Single(table => table.Type == typeof(Rmap.RmapWalk));
        object largest = Largest.Make(type);
        string[] lines = terminal.ShowLate(how, RuntimeHelpers.GetUninitializedObject(type), largest);
        Assert.Empty(ShownTable.Faults(lines, Narrowest, columns, Expected(terminal, columns, largest)));
    }

    [Fact]
    public void A_column_that_is_too_narrow_for_its_figures_is_found()
    {
        using var folder = new TemporaryFolder();
        for (int index = 0; index < ColumnView.Tables.Max(table => table.Columns.Length); index++)
        {
            using var terminal = new TerminalHost(Narrowest, English);
            (Type Type, ColumnView[] Columns)[] tables = [.. ColumnView.Tables.Where(table => table.Columns.Length > index && !table.Columns[index].IsText)];
            Assert.NotEmpty(tables);
            string path = Path.Combine(folder.Path, $"{index}.format.ps1xml");
            var narrowed = tables.ToDictionary(table => table.Type, table => Expected(terminal, table.Columns, Largest.Make(table.Type))[index].Length - 1);
            Narrow(index, narrowed).Save(path);
            terminal.Run($"Update-FormatData -PrependPath '{path}'");
            foreach ((Type type, ColumnView[] columns) in tables.Where(table => narrowed[table.Type] > 0))
            {
                ColumnView[] narrow = [.. columns];
                narrow[index] = columns[index] with { Width = narrowed[type] };
                Assert.True(Faults(terminal, Narrowest, (type, narrow)).Any(), $"{type.Name}: {columns[index].Label} in {narrowed[type]}");
            }
        }
    }

    [Fact]
    public void Every_column_has_a_width() =>
        // Without one PowerShell takes the width of the rows that it has when it begins.
        Assert.Empty(from table in ColumnView.Tables from column in table.Columns where column.Width == 0 select $"{table.Type.Name}: {column.Label}");

    [Fact]
    public void The_last_column_knows_what_is_before_it()
    {
        foreach ((Type type, ColumnView[] columns) in ColumnView.Tables)
        {
            int used = columns[..^1].Sum(column => column.Width + 1);
            foreach (ColumnView column in columns.Where(column => column.Script.Contains("::Last(", StringComparison.Ordinal)))
            {
                Assert.True(column == columns[^1] && column.Script.EndsWith($", {used}, $Host)", StringComparison.Ordinal), $"{type.Name}: {column.Script} with {used} before it");
            }

            foreach (ColumnView column in columns.Where(column => column.Script.Contains("::Wrap(", StringComparison.Ordinal)))
            {
                Assert.True(column.Script.EndsWith($", {column.Width})", StringComparison.Ordinal), $"{type.Name}: {column.Script} in {column.Width}");
            }
        }
    }

    private static IEnumerable<string> Faults(TerminalHost terminal, int columns, (Type Type, ColumnView[] Columns) table)
    {
        object largest = Largest.Make(table.Type);
        object least = RuntimeHelpers.GetUninitializedObject(table.Type);
        string[] expected = Expected(terminal, table.Columns, largest);

        // The least first: what is streamed is laid out by what comes first.
        string[] lines = terminal.Show("| Format-Table", least, largest);
        return ShownTable.Faults(lines, columns, table.Columns, expected).Select(fault => $"{table.Type.Name} at {columns}: {fault}");
    }

    private static string[] Expected(TerminalHost terminal, ColumnView[] columns, object shown) => [.. columns.Select(column => terminal.Evaluate(column.Roomy, shown))];

    private static XDocument Narrow(int index, Dictionary<Type, int> widths)
    {
        XElement[] views = [.. Surface.Views().Where(view => widths.Keys.Any(type => Shows(view, type))).Select(view => new XElement(view))];
        foreach (XElement view in views)
        {
            int width = widths.Single(item => Shows(view, item.Key)).Value;
            view.Descendants("TableColumnHeader").ElementAt(index).Element("Width")!.Value = Math.Max(1, width).ToString(CultureInfo.InvariantCulture);
        }

        return new XDocument(new XElement("Configuration", new XElement("ViewDefinitions", views)));
    }

    private static bool Shows(XElement view, Type type) =>
        view.Element("TableControl") is not null && view.Element("ViewSelectedBy")!.Element("TypeName")!.Value == type.FullName;
}
