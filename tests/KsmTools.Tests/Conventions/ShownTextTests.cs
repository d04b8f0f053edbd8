using System.Management.Automation.Language;
using System.Reflection;
using System.Xml.Linq;
using KsmTools.Tests.Names;
using KsmTools.Views;

namespace KsmTools.Tests.Conventions;

/// <summary>Names may be anybody's: views show text by the functions of KsmTools.Views alone, which escape it.</summary>
public sealed class ShownTextTests
{
    private const string Functions = "KsmTools.Views.";

    [Fact]
    public void What_has_text_has_views_of_its_own() => Assert.Empty(
        from type in ShownTypes.Reached
        where ShownTypes.HasText(type)
        from control in new[] { "TableControl", "ListControl" }
        where !Surface.Views().Any(view => TypeOf(view) == type && view.Element(control) is not null)
        select $"{type.FullName}: {control}");

    [Fact]
    public void Text_is_shown_by_a_function_and_not_by_its_property() => Assert.Empty(
        from view in Surface.Views()
        from property in view.Descendants("PropertyName")
        where ShownTypes.IsText(ShownTypes.Property(TypeOf(view), property.Value)!)
        select $"{TypeOf(view).FullName}.{property.Value}");

    [Fact]
    public void Scripts_of_views_hand_text_to_a_function() => Assert.Empty(
        from view in Surface.Views()
        from script in view.Descendants("ScriptBlock")
        from shown in Unescaped(script.Value, TypeOf(view))
        select $"{TypeOf(view).FullName}: {shown} in {script.Value}");

    [Theory]
    [InlineData("$_.Command")]
    [InlineData("\"thread $($_.Command)\"")]
    [InlineData("$_.Locked ? $_.Caller : ''")]
    [InlineData("$c = $_.Command; $c")]
    [InlineData("$_ | ForEach-Object { $_.Command }")]
    [InlineData("$_")]
    [InlineData("$n = 'Command'; $_.$n")]
    [InlineData("$_.Command.Trim()")]
    [InlineData("[KsmTools.Views.HumanNumber]::Format($_.ThreadId) + $_.Command")]
    public void The_rule_finds_what_is_shown_raw(string script) => Assert.NotEmpty(Unescaped(script, typeof(Rmap.RmapEvent)));

    [Theory]
    [InlineData("$_.ThreadId")]
    [InlineData("[KsmTools.Views.ShownText]::Of($_.Command)")]
    [InlineData("[KsmTools.Views.ShownText]::Of(\"$($_.Command) $($_.Caller)\")")]
    [InlineData("$c = $_.Command; [KsmTools.Views.ShownText]::Of($c)")]
    public void The_rule_finds_nothing_else(string script) => Assert.Empty(Unescaped(script, typeof(Rmap.RmapEvent)));

    [Fact]
    public void Functions_of_views_escape_the_text_they_are_given()
    {
        MethodInfo[] functions =
        [
            .. from type in typeof(ShownText).Assembly.GetExportedTypes()
               where type.Namespace == typeof(ShownText).Namespace
               from function in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
               where function.GetParameters().Any(parameter => ShownTypes.IsText(parameter.ParameterType))
               select function,
        ];
        Assert.NotEmpty(functions);
        foreach (MethodInfo function in functions)
        {
            object?[] arguments = [.. function.GetParameters().Select(parameter => Argument(parameter.ParameterType))];
            Hostile.AssertHarmless(Assert.IsType<string>(function.Invoke(null, arguments)));
        }
    }

    private static object? Argument(Type type) => type == typeof(object) || ShownTypes.IsText(type) ? Hostile.Name : type.IsValueType ? Activator.CreateInstance(type) : null;

    private static Type TypeOf(XElement view) => ShownTypes.Reached.Concat(Surface.OutputTypes).First(
        type => view.Element("ViewSelectedBy")!.Elements("TypeName").Any(name => name.Value == type.FullName));

    // What a script shows of its object and of its own variables that is or may be text, and that no function has escaped.
    private static IEnumerable<string> Unescaped(string script, Type type)
    {
        ScriptBlockAst root = Parser.ParseInput(script, out _, out ParseError[] errors);
        Assert.Empty(errors);
        return
        [
            .. from variable in root.FindAll(node => node is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>()
               let value = Value(variable)
               where !IsAssigned(value) && !IsHandedOver(value) && !IsEnum(value) && IsTextOf(variable, value, type)
               select value.Extent.Text,
        ];
    }

    // All of $_.One.Two[0], with what is called on it.
    private static Ast Value(Ast node) =>
        node.Parent switch
        {
            MemberExpressionAst member when member.Expression == node => Value(member),
            IndexExpressionAst index when index.Target == node => Value(index),
            _ => node,
        };

    private static bool IsTextOf(VariableExpressionAst variable, Ast value, Type type)
    {
        if (variable.Parent is MemberExpressionAst { Expression: var of } named && of != variable && named.Member == variable)
        {
            // The name of a property, which is looked at where it is read.
            return false;
        }

        // The object of a pipeline within, or a variable of the script's own.
        bool isOurs = variable.VariablePath.UserPath == "_" && !IsWithin<ScriptBlockExpressionAst>(variable);
        return !isOurs || TypeOf(value, type) is not { } found || ShownTypes.IsText(found) || found == type;
    }

    // Null where it cannot be told before the script runs.
    private static Type? TypeOf(Ast value, Type type) => value switch
    {
        VariableExpressionAst => type,
        InvokeMemberExpressionAst call => TypeOf(call.Expression, type) is { } of && !ShownTypes.IsText(of) ? of : null,
        MemberExpressionAst { Member: StringConstantExpressionAst { Value: var name } } member => TypeOf(member.Expression, type) is { } of ? ShownTypes.Property(of, name) : null,
        IndexExpressionAst index => TypeOf(index.Target, type) is { } list ? ShownTypes.Element(list) : null,
        _ => null,
    };

    // "$x = ...": what is in $x is looked at where $x is.
    private static bool IsAssigned(Ast node) => IsWithin<AssignmentStatementAst>(node);

    private static bool IsEnum(Ast node) => node.Parent is ConvertExpressionAst { Type.TypeName: var name } && name.GetReflectionType() is { IsEnum: true };

    private static bool IsHandedOver(Ast node)
    {
        for (Ast child = node; child.Parent is { } parent; child = parent)
        {
            if (parent is InvokeMemberExpressionAst { Static: true, Expression: TypeExpressionAst { TypeName.FullName: var name } } call
                && name.StartsWith(Functions, StringComparison.Ordinal)
                && call.Arguments?.Contains(child) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWithin<T>(Ast node)
        where T : Ast
    {
        for (Ast? parent = node.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is T)
            {
                return true;
            }
        }

        return false;
    }
}
