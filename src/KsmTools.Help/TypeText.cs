namespace KsmTools.Help;

/// <summary>Types as PowerShell writes them in a syntax line.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Accelerators = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(double)] = "double",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(string)] = "string",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
        [typeof(System.Collections.Hashtable)] = "hashtable",
        [typeof(System.Management.Automation.PSObject)] = "psobject",
    };

    /// <summary>The type without the Nullable around it.</summary>
    public static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    public static string Short(Type type)
    {
        Type bare = Bare(type);
        return bare.IsArray ? Short(bare.GetElementType()!) + "[]" : Accelerators.GetValueOrDefault(bare, bare.Name);
    }

    public static string Full(Type type)
    {
        Type bare = Bare(type);
        return bare.FullName ?? bare.Name;
    }

    /// <summary>The values of an enum or of an array of one, or null.</summary>
    public static string[]? EnumNames(Type type)
    {
        Type bare = Bare(type);
        Type element = bare.IsArray ? Bare(bare.GetElementType()!) : bare;
        return element.IsEnum ? Enum.GetNames(element) : null;
    }
}
