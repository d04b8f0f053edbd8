using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

/// <summary>What makes a run differ from the one before is used nowhere in the tests.</summary>
public sealed class LuckTests
{
    // Type, member, and what is used in its place.
    private static readonly (string Type, string Member, string Instead)[] Banned =
    [
        ("CsCheck.Check", "*", nameof(Property) + "." + nameof(Property.ForAll)),
        ("CsCheck.PCG", "get_ThreadPCG", "a seed"),
        ("System.Random", "get_Shared", "a Random with a seed"),
        ("System.Random", ".ctor()", "a seed"),
    ];

    [Fact]
    public void Nothing_is_left_to_chance() => Assert.Empty(
        from used in MembersUsed()
        from ban in Banned
        where used.Type == ban.Type && (ban.Member == "*" ? used.Member != "Print" : used.Member == ban.Member || used.Member + (used.IsBare ? "()" : "") == ban.Member)
        select $"{used.Type}.{used.Member}: use {ban.Instead}");

    // Every member of another assembly that the code of this one refers to.
    private static List<(string Type, string Member, bool IsBare)> MembersUsed()
    {
        using FileStream file = File.OpenRead(typeof(LuckTests).Assembly.Location);
        using var image = new PEReader(file);
        MetadataReader reader = image.GetMetadataReader();
        var used = new List<(string Type, string Member, bool IsBare)>();
        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference member = reader.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
            {
                continue;
            }

            TypeReference type = reader.GetTypeReference((TypeReferenceHandle)member.Parent);
            BlobReader signature = reader.GetBlobReader(member.Signature);
            bool isBare = signature.ReadSignatureHeader() is { Kind: SignatureKind.Method, IsGeneric: false } && signature.ReadCompressedInteger() == 0;
            used.Add(($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}", reader.GetString(member.Name), isBare));
        }

        Assert.Contains(used, one => one is { Type: "CsCheck.Check", Member: "Print" });
        return used;
    }
}
