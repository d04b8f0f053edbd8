namespace KsmTools.Tracing.EventFormats;

/// <summary>One <c>field:</c> line of a <c>format</c> or <c>header_page</c> file.</summary>
/// <param name="Name">The name, without the brackets of an array.</param>
/// <param name="Type">The C type as the kernel prints it, without the name.</param>
/// <param name="Kind">How the record holds it.</param>
/// <param name="Offset">Bytes from the start of the record.</param>
/// <param name="Size">Bytes in place; 0 for a flexible array at the record's end.</param>
/// <param name="IsSigned">Whether a number is signed.</param>
internal sealed record EventField(string Name, string Type, EventFieldKind Kind, int Offset, int Size, bool IsSigned)
{
    /// <summary>The first byte after the field.</summary>
    public int End => Offset + Size;
}
