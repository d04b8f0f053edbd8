namespace KsmTools.Tracing.Wanted;

/// <summary>What becomes of a field of a binary record.</summary>
internal enum FieldMeaning
{
    /// <summary>One of the record's numbers, as it is.</summary>
    Number,

    /// <summary>A page type: its name, or the low bits of <c>folio-&gt;mapping</c>.</summary>
    PageType,

    /// <summary>Whether the lock was held already.</summary>
    Locked,

    /// <summary>The address of the probed function, whose name may tell the page type.</summary>
    Function,

    /// <summary>The address that the function returns to.</summary>
    Caller,

    /// <summary>The addresses of a call chain, to the record's end.</summary>
    Stack,
}
