using KsmTools.Shell.Editing;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

public sealed class EditingTests
{
    [Fact]
    public void Words_and_lines_are_killed_and_come_back()
    {
        var buffer = new EditBuffer();
        buffer.Set("Get-Item /tmp");
        buffer.KillWordLeft();
        Assert.Equal("Get-Item /", buffer.Text);
        buffer.Home();
        buffer.WordRight();
        Assert.Equal(3, buffer.Cursor);
        buffer.KillToEnd();
        Assert.Equal("Get", buffer.Text);
        buffer.Yank();
        Assert.Equal("Get-Item /", buffer.Text);
        buffer.KillToStart();
        Assert.Equal(string.Empty, buffer.Text);
    }

    [Fact]
    public void A_character_of_two_code_units_is_one_step()
    {
        var buffer = new EditBuffer();
        buffer.Set("a\U0001F600b");
        buffer.Left();
        buffer.Left();
        Assert.Equal(1, buffer.Cursor);
        buffer.Delete();
        Assert.Equal("ab", buffer.Text);
        buffer.Set("\U0001F600");
        buffer.Backspace();
        Assert.Equal(string.Empty, buffer.Text);
    }

    [Fact]
    public void Up_and_down_move_within_a_statement_of_several_lines()
    {
        var buffer = new EditBuffer();
        buffer.Set("first\nab\nthird");
        Assert.True(buffer.Move(-1));
        Assert.Equal("first\nab".Length, buffer.Cursor);
        Assert.True(buffer.Move(-1));
        Assert.Equal(2, buffer.Cursor);
        Assert.False(buffer.Move(-1));
        Assert.True(buffer.Move(1));
        Assert.Equal("first\nab".Length, buffer.Cursor);
    }

    [Fact]
    public void History_outlives_the_session_but_secrets_do_not()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "state", "history");
        var history = new CommandHistory(path);
        history.Add("first");
        history.Add("first");
        history.Add("if (1) {\n2\n}");
        history.Add("$password = 'x'");
        Assert.Equal(3, history.Count);

        var next = new CommandHistory(path);
        Assert.Equal(2, next.Count);
        Assert.Equal("if (1) {\n2\n}", next[1]);
        Assert.Equal(0, next.FindLast("FIRST", next.Count));

        var cursor = new HistoryCursor(next);
        Assert.Equal("if (1) {\n2\n}", cursor.Move(-1, "typed"));
        Assert.Equal("first", cursor.Move(-1, "if (1) {\n2\n}"));
        Assert.Null(cursor.Move(-1, "first"));
        cursor.Move(1, "first");
        Assert.Equal("typed", cursor.Move(1, "if (1) {\n2\n}"));
    }

    [Fact]
    public void Candidates_share_their_beginning_and_stand_in_columns()
    {
        (string, string)[] items = [("Get-Item", "Get-Item"), ("get-ItemProperty", "get-ItemProperty"), ("Get-It", "Get-It")];
        Assert.Equal("Get-It", CompletionList.CommonPrefix(items));
        Assert.Equal("\nGet-Item          Get-It\nget-ItemProperty\n", CompletionList.Format(items, 40));
    }
}
