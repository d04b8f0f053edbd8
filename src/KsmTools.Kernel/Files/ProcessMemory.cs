using System.Globalization;

namespace KsmTools.Files;

/// <summary>
/// Where a process's memory is to be asked for. A thread that ends gives its memory up (<c>exit_mm</c>, kernel/exit.c), also the first one, by whose number the process goes: while
/// others go on, <c>/proc/pid</c> is there, and what it has about memory is empty, as it is of a thread of the kernel. Each of the others has all of it in <c>/proc/pid/task/tid</c>.
/// Whatever reads files about a process's memory, or names a process to a call about its memory, goes this way.
/// </summary>
internal static class ProcessMemory
{
    /// <summary>The thread whose number stands for the memory: that of the process, or of one that goes on without it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    public static int ThreadOf(KernelTree kernel, int id)
    {
        if (ProcessStat.Read(kernel, id) is not { IsLeaderGone: true })
        {
            return id;
        }

        // Which one does not matter, unless it is ending as well.
        int[] others = [.. kernel.Folders(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task"))
            .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int thread) ? thread : id).Where(thread => thread != id).Order()];
        return others.Cast<int?>().FirstOrDefault(thread => HasMemory(kernel, id, thread!.Value)) ?? others.FirstOrDefault(id);
    }

    /// <summary>The path of a file about a process's memory.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    /// <param name="file">The file's name, as <c>smaps</c>.</param>
    public static string PathOf(KernelTree kernel, int id, string file) => PathOf(id, ThreadOf(kernel, id), file);

    /// <summary>The path of a file about a process's memory.</summary>
    /// <param name="id">The process.</param>
    /// <param name="thread">What <see cref="ThreadOf"/> said.</param>
    /// <param name="file">The file's name.</param>
    public static string PathOf(int id, int thread, string file) =>
        thread == id ? string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}") : string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task/{thread}/{file}");

    // A captured tree may lack the file, and its threads do not end.
    private static bool HasMemory(KernelTree kernel, int id, int thread) =>
        kernel.TryReadText(PathOf(id, thread, "statm"), out string? text) != Interop.Errno.None ? !kernel.IsLive : !text!.StartsWith("0 ", StringComparison.Ordinal);
}
