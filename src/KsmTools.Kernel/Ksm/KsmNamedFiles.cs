using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// The files of which nothing is known that somebody has set by name since boot, in <c>/run/ksmtools/named-files</c>: those alone are saved. What the others do, and whether
/// writing back what they show starts something, nobody here can know.
/// </summary>
internal static class KsmNamedFiles
{
    private const string Name = "named-files";
    private const string FileKey = "file";

    /// <summary>Where the names are kept, for people.</summary>
    public static string Locate(KernelTree kernel) => new StateFile(kernel, Name).Path;

    /// <summary>The names.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="isWhole">Whether no name can be missing.</param>
    /// <exception cref="KsmToolsException">The kernel cannot read them, or others could have written them.</exception>
    public static IReadOnlyList<string> Read(KernelTree kernel, out bool isWhole)
    {
        StateText? text = new StateFile(kernel, Name).Read();
        isWhole = text is not { IsDamaged: true };
        var others = new KsmOtherFiles(kernel);
        return text is null or { IsOfEarlierBoot: true } ? [] : [.. text.Values.FindAll(FileKey).Where(others.Has).Distinct()];
    }

    /// <summary>Adds names. The caller has the lock.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="names">The names.</param>
    /// <param name="notices">Gets what people are to be told: the files are set, and that is what was asked for.</param>
    public static void Add(KernelTree kernel, IEnumerable<string> names, Notices notices)
    {
        try
        {
            IReadOnlyList<string> known = Read(kernel, out bool isWhole);
            string[] all = [.. known.Union(names)];
            if (!isWhole || all.Length > known.Count)
            {
                new StateFile(kernel, Name).Write(new NamedValues().AddAll(FileKey, all));
            }
        }
        catch (KsmToolsException failure)
        {
            notices.Remark(Text.Format(Messages.NamedFilesNotKept, string.Join(", ", names), failure.Message));
        }
    }
}
