using System.Collections.ObjectModel;
using System.Management.Automation.Language;

namespace KsmTools.Tests.Potential;

/// <summary>A command line as PowerShell understands it.</summary>
internal static class TypedCommand
{
    /// <summary>The words of the only process that it starts, the program first. It must start ksmd before, or nothing, and do nothing else.</summary>
    public static string[] Started(string line, bool startsKsmd)
    {
        CommandAst[] commands = [.. Statements(line).Select(statement => Assert.IsType<CommandAst>(Assert.Single(Assert.IsType<PipelineAst>(statement).PipelineElements)))];
        Assert.Equal(startsKsmd ? ["Start-Ksm", "Start-KsmProcess"] : ["Start-KsmProcess"], commands.Select(command => command.GetCommandName()));
        CommandElementAst[] elements = [.. commands[^1].CommandElements];
        Assert.True(elements.Length is 3 or 7);
        Assert.Equal("FilePath", Assert.IsType<CommandParameterAst>(elements[1]).ParameterName);
        string program = Assert.IsType<string>(elements[2].SafeGetValue());
        if (elements.Length == 3)
        {
            return [program];
        }

        Assert.Equal("WorkingDirectory", Assert.IsType<CommandParameterAst>(elements[3]).ParameterName);
        Assert.Equal("ArgumentList", Assert.IsType<CommandParameterAst>(elements[5]).ParameterName);
        return [program, .. elements[6].SafeGetValue() is string only ? [only] : Assert.IsType<object[]>(elements[6].SafeGetValue()).Cast<string>()];
    }

    /// <summary>That it does nothing, but for starting ksmd, and says something.</summary>
    public static void IsRemark(string line, bool startsKsmd)
    {
        Assert.Equal(startsKsmd ? ["Start-Ksm"] : [], Statements(line).Select(statement => statement.Extent.Text));
        Assert.Matches(startsKsmd ? "^Start-Ksm # Process [0-9]+ " : "^# Process [0-9]+ ", line);
    }

    private static ReadOnlyCollection<StatementAst> Statements(string line)
    {
        ScriptBlockAst script = Parser.ParseInput(line, out _, out ParseError[] errors);
        Assert.Empty(errors.Select(error => $"{error.Message}: {line}"));
        Assert.Null(script.ParamBlock ?? (object?)script.BeginBlock ?? script.ProcessBlock);
        return script.EndBlock.Statements;
    }
}
