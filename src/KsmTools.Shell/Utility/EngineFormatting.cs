using System.Management.Automation;
using System.Reflection;

namespace KsmTools.Shell.Utility;

/// <summary>
/// The formatting engine is part of System.Management.Automation, but the commands in front of it are not: they hand it the inner
/// command through a field that only their assembly sees.
/// </summary>
internal static class EngineFormatting
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
    private const string Room = "Microsoft.PowerShell.Commands.Internal.Format.";

    private static readonly Assembly Engine = typeof(PSObject).Assembly;
    private static readonly Type OuterType = TypeOf("FrontEndCommandBase");
    private static readonly FieldInfo Implementation = OuterType.GetField("implementation", Hidden)
        ?? throw new MissingFieldException(OuterType.FullName, "implementation");

    /// <summary>Makes a command a Format- command of a shape: Table, List, Wide or Complex.</summary>
    public static void UseShape(PSCmdlet command, string shape)
    {
        object value = Enum.Parse(TypeOf("FormatShape"), shape);
        Implementation.SetValue(command, Create("InnerFormatShapeCommand", value));
    }

    /// <summary>Makes a command one that writes formatted text.</summary>
    public static void UseOutput(PSCmdlet command) => Implementation.SetValue(command, Create("OutputManagerInner"));

    /// <summary>Where the formatted text goes, and how wide it may be.</summary>
    public static void WriteTo(PSCmdlet command, TextWriter writer, int width, bool suppressNewline)
    {
        object inner = Implementation.GetValue(command)!;
        Set(inner, "LineOutput", Create("TextWriterLineOutput", writer, width, suppressNewline));
    }

    /// <summary>What the parameters of a command mean to the engine.</summary>
    public static void SetParameters(PSCmdlet command, object parameters)
    {
        object inner = Implementation.GetValue(command)!;
        inner.GetType().GetMethod("SetCommandLineParameters", Hidden)!.Invoke(inner, [parameters]);
    }

    /// <summary>Properties as the engine keeps them, checked by one of its parameter definitions.</summary>
    public static object? Properties(PSCmdlet command, string definition, object[] properties)
    {
        object processor = Create("ParameterProcessor", Create(definition));
        try
        {
            return processor.GetType().GetMethod("ProcessParameters", Hidden)!.Invoke(processor, [properties, Create("TerminatingErrorContext", command)]);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }

    public static object Create(string type, params object[] arguments)
    {
        Type found = TypeOf(type);
        return Activator.CreateInstance(found, Hidden, binder: null, arguments, culture: null)
            ?? throw new MissingMethodException(found.FullName, ".ctor");
    }

    /// <summary>Sets a field or property, unless the value is null.</summary>
    public static void Set(object target, string member, object? value)
    {
        if (value is null)
        {
            return;
        }

        Type type = target.GetType();
        if (type.GetField(member, Hidden) is FieldInfo field)
        {
            field.SetValue(target, value);
            return;
        }

        PropertyInfo property = type.GetProperty(member, Hidden) ?? throw new MissingMemberException(type.FullName, member);
        property.SetValue(target, value);
    }

    public static object? Get(object target, string member) => target.GetType().GetField(member, Hidden)?.GetValue(target);

    private static Type TypeOf(string name) => Engine.GetType(Room + name, throwOnError: true)!;
}
