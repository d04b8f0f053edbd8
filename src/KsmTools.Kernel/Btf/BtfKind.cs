namespace KsmTools.Btf;

/// <summary>Kinds of types, by the number that a file has for them (include/uapi/linux/btf.h).</summary>
internal static class BtfKind
{
    /// <summary>A structure.</summary>
    public const int Struct = 4;

    /// <summary>A union.</summary>
    public const int Union = 5;

    /// <summary>The bits that count members. Older files use sixteen of them and leave the others zero.</summary>
    public const uint CountMask = 0xFF_FFFF;

    private static readonly (int Once, int Each)?[] Layouts =
    [
        null, // void, which is not written
        (4, 0), // int
        (0, 0), // pointer
        (12, 0), // array
        (0, 12), // struct
        (0, 12), // union
        (0, 8), // enum
        (0, 0), // forward
        (0, 0), // typedef
        (0, 0), // volatile
        (0, 0), // const
        (0, 0), // restrict
        (0, 0), // function
        (0, 8), // prototype
        (4, 0), // variable
        (0, 12), // section
        (0, 0), // float
        (4, 0), // declaration's tag
        (0, 0), // type's tag
        (0, 12), // enum of 64 bits
    ];

    /// <summary>The kind in a type's second word.</summary>
    public static int Of(uint info) => (int)(info >> 24) & 0x7F;

    /// <summary>The bytes that follow the first twelve of a type: once, and for each that it counts; null for a kind that is not known.</summary>
    public static (int Once, int Each)? Layout(int kind) => kind < Layouts.Length ? Layouts[kind] : null;
}
