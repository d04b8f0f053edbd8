using System.Globalization;
using KsmTools.Tests.Conventions;

namespace KsmTools.Tests.Views;

/// <summary>Lists show all that they have to say at every width, and each figure, name and word in one piece.</summary>
public sealed class ListTests
{
    public static TheoryData<int, string> Terminals => TableTests.Terminals;

    [Theory]
    [MemberData(nameof(Terminals))]
    public void The_longest_texts_are_whole(int columns, string culture)
    {
        using var terminal = new TerminalHost(columns, CultureInfo.GetCultureInfo(culture));
        string[] faults = [.. ColumnView.Lists.SelectMany(list => Faults(terminal, columns, list.Type, list.Columns))];
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    // What PowerShell formats itself has the user's decimal separator; all else has a point.
    [Fact]
    public void Fractions_are_alike_in_every_culture() => Assert.Empty(
        from view in ColumnView.Tables.Concat(ColumnView.Lists)
        from column in view.Columns
        let property = column.Script.StartsWith("$_.", StringComparison.Ordinal) ? ShownTypes.Property(view.Type, column.Script[3..]) : null
        where property is not null && (Nullable.GetUnderlyingType(property) ?? property) == typeof(double)
        select $"{view.Type.Name}: {column.Script}");

    [Fact]
    public void A_text_knows_what_is_before_it()
    {
        foreach ((Type type, ColumnView[] items) in ColumnView.Lists)
        {
            int used = Before(items);
            foreach (ColumnView item in items.Where(item => item.IsText))
            {
                Assert.True(item.Script.EndsWith($", {used}, $Host)", StringComparison.Ordinal), $"{type.Name}: {item.Script} with {used} before it");
            }
        }
    }

    private static int Before(ColumnView[] items) => items.Max(item => item.Width) + " : ".Length;

    private static IEnumerable<string> Faults(TerminalHost terminal, int columns, Type type, ColumnView[] items)
    {
        object shown = Largest.Make(type);
        int before = Before(items);
        string[] lines = terminal.Show("| Format-List", shown);
        if (lines.FirstOrDefault(line => line.Length >= columns) is { } wide)
        {
            yield return $"{type.Name} at {columns} is too wide: {wide}";
        }

        foreach (ColumnView item in items)
        {
            string expected = terminal.Evaluate(item.Roomy, shown);
            int at = Array.FindIndex(lines, line => line.StartsWith(item.Label.PadRight(before - 2) + ":", StringComparison.Ordinal));
            string[] parts = at < 0 ? [] : [.. lines[at..].TakeWhile((line, index) => index == 0 || line.StartsWith(' ')).Select(line => line.Length > before ? line[before..].Trim() : "").Where(part => part.Length > 0)];
            if (ShownTable.Plain(string.Concat(parts)) != ShownTable.Plain(expected))
            {
                yield return $"{type.Name} at {columns}, {item.Label}: '{expected}' is '{string.Join('|', parts)}'";
            }
            else if (ShownTable.Stacked(parts, expected) is { } broken)
            {
                yield return $"{type.Name} at {columns}, {item.Label}: '{expected}' is broken after '{broken}'";
            }
        }
    }
}
