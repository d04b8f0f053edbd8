namespace KsmTools.Btf;

/// <summary>A member of a structure; those of structures and unions in it that have no name count as its own, as they do in C.</summary>
/// <param name="Name">Its name.</param>
/// <param name="BitOffset">Where it is, in bits from the structure's beginning.</param>
internal readonly record struct BtfMember(string Name, long BitOffset);
