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

    /// <summary>Leaves in a configuration those of the files that are not known that were named.</summary>
    /// <param name="configuration">The configuration, which is changed.</param>
    /// <param name="kernel">The kernel's files.</param>
    /// <returns>What people are to be told of those that are not in it.</returns>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    public static IReadOnlyList<string> LeaveIn(KsmConfiguration configuration, KernelTree kernel)
    {
        IReadOnlyList<string> named = Read(kernel, out bool isWhole);
        configuration.Others = configuration.Others.Where(named.Contains);
        string[] blank = [.. configuration.Other.Where(file => string.IsNullOrWhiteSpace(file.Value)).Select(file => file.Key)];
        return
        [
            .. blank.Length > 0 ? [Text.Format(Messages.NamedFilesUnknown, string.Join(", ", blank))] : (string[])[],
            .. isWhole ? [] : (string[])[Text.Format(Messages.NamedFilesDamaged, Locate(kernel))],
        ];
    }

    /// <summary>Sets files and has their names on record before, so that a kill loses none. The caller has the lock.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="names">The names.</param>
    /// <param name="set">Sets the files. Where it fails, the names are not on record.</param>
    /// <param name="notices">Gets what people are to be told: that the names are not on record does not keep the files from being set.</param>
    public static void Keep(KernelTree kernel, IEnumerable<string> names, Action set, Notices notices)
    {
        string[] added = [.. names];
        IReadOnlyList<string> known = added.Length > 0 ? TryAdd(kernel, added, notices) : added;
        try
        {
            set();
        }
        catch when (added.Except(known).Any())
        {
            TryWrite(kernel, known);
            throw;
        }
    }

    private static IReadOnlyList<string> TryAdd(KernelTree kernel, string[] names, Notices notices)
    {
        IReadOnlyList<string> known = names;
        try
        {
            known = Read(kernel, out bool isWhole);
            string[] all = [.. known.Union(names)];
            if (!isWhole)
            {
                notices.Remark(Text.Format(Messages.NamedFilesDamaged, Locate(kernel)));
            }

            if (isWhole && all.Length == known.Count)
            {
                return known;
            }

            new StateFile(kernel, Name).Write(new NamedValues().AddAll(FileKey, all));
        }
        catch (KsmToolsException failure)
        {
            notices.Remark(Text.Format(Messages.NamedFilesNotKept, string.Join(", ", names), failure.Message));
        }

        return known;
    }

    // Where it fails, what is saved has a file too many, with the value that it has.
    private static void TryWrite(KernelTree kernel, IReadOnlyList<string> names)
    {
        try
        {
            new StateFile(kernel, Name).Write(new NamedValues().AddAll(FileKey, names));
        }
        catch (KsmToolsException)
        {
        }
    }
}
