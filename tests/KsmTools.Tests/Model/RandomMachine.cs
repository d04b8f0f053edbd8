using CsCheck;
using KsmTools.Model;

namespace KsmTools.Tests.Model;

/// <summary>Processes that map, write, split, move, unmap, fork and end at random, with ksmd coming by.</summary>
internal static class RandomMachine
{
    /// <summary>Where mappings may be.</summary>
    public const ulong Pages = 64;

    public static readonly Gen<(int What, int Who, ulong From, ulong To, ulong Count, int Content)[]> Steps =
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 100], Gen.ULong[0, Pages - 1], Gen.ULong[0, Pages - 1], Gen.ULong[1, 24], Gen.Int[1, 3]).Array[1, 80];

    public static KsmModel Run(IEnumerable<(int What, int Who, ulong From, ulong To, ulong Count, int Content)> steps, int maxPageSharing, Action<KsmModel>? afterEach = null)
    {
        var ksm = new KsmModel { MaxPageSharing = maxPageSharing };
        AddressSpace first = ksm.Start();
        first.Map(0, Pages);
        foreach ((int what, int who, ulong from, ulong to, ulong count, int content) in steps)
        {
            AddressSpace[] all = [.. ksm.AddressSpaces];
            Do(ksm, all[who % all.Length], all.Length, (what, from, to, Math.Min(count, Pages - Math.Max(from, to)), content));
            afterEach?.Invoke(ksm);
        }

        return ksm;
    }

    /// <summary>Every page-table entry that maps a page.</summary>
    public static HashSet<(long Mm, ulong Page)> MappingsOf(KsmModel ksm, ModelPage page) =>
        [.. ksm.AddressSpaces.SelectMany(mm => mm.Pages.Where(entry => entry.Value == page).Select(entry => (mm.Id, entry.Key)))];

    private static void Do(KsmModel ksm, AddressSpace mm, int others, (int What, ulong From, ulong To, ulong Count, int Content) step)
    {
        switch (step.What)
        {
            case 0:
                mm.Map(step.From, step.Count);
                break;
            case 1:
                mm.Unmap(step.From, step.Count);
                break;
            case 2 or 3:
                mm.Split(step.From, 1);
                break;
            case 4 or 5 when step.From + step.Count <= step.To || step.To + step.Count <= step.From:
                mm.MoveTo(step.From, step.To, step.Count);
                break;
            case 6 when others < 5:
                ksm.Fork(mm);
                break;
            case 7 when others > 1:
                ksm.Exit(mm);
                break;
            case <= 13:
                for (ulong at = step.From; at < step.From + step.Count; at++)
                {
                    if (mm.Find(at) is not null)
                    {
                        mm.Write(at, step.Content);
                    }
                }

                break;
            default:
                ksm.ScanAll();
                break;
        }
    }
}
