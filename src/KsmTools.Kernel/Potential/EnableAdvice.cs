using System.Text.RegularExpressions;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>
/// What to type so that ksmd merges a process. The process itself must ask for it, or be started so. Root is to paste it, and most of what is known of a process is its own
/// word: nothing gets into a command but what the shell takes as it was, and nothing that another user may have chosen. A remark says why there is none.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="ksmdRuns">Whether ksmd runs.</param>
/// <param name="quote">Makes of a text a word that the shell takes as it is.</param>
internal sealed partial class EnableAdvice(KernelTree kernel, bool ksmdRuns, Func<string, string> quote)
{
    /// <summary>The command or the remark, or null where ksmd does it already.</summary>
    /// <param name="id">The process.</param>
    /// <param name="mergeable">Whether all of it may be merged already.</param>
    public string? For(int id, bool mergeable)
    {
        string? start = ksmdRuns ? null : "Start-Ksm";
        string? allow = mergeable ? null : Allow(id, new ProcessFiles(kernel, id), ControlGroups.Of(kernel, id));
        return allow is null ? start : start is null ? allow : $"{start}{(allow[0] == '#' ? " " : "; ")}{allow}";
    }

    private string? Allow(int id, ProcessFiles process, ControlGroups groups)
    {
        if (groups.HoldsVirtualMachine || VirtualMachine().IsMatch(process.ProgramName ?? string.Empty) || process.HasVirtualMachine)
        {
            return Text.Format(Messages.EnableVirtualMachine, id);
        }

        if (groups.HoldsContainer || process.HasOwnProcessIds)
        {
            return Text.Format(Messages.EnableContainer, id);
        }

        if (groups.SystemService is { } service)
        {
            return Text.Format(Messages.EnableService, quote(service));
        }

        return groups.UserService is not { } own ? StartAgain(id, process)
            : own.User == CurrentUser.Id ? Text.Format(Messages.EnableUserService, quote(own.Name))
            : Text.Format(Messages.EnableOtherUserService, id, own.User);
    }

    // The process must be the caller's before its words are read and after: meanwhile it may become another program, of another user.
    private string? StartAgain(int id, ProcessFiles process)
    {
        if (!process.IsOwn)
        {
            return Text.Format(Messages.EnableOtherUser, id);
        }

        if (!process.TryReadCommandLine(out ReadOnlyMemory<byte> bytes))
        {
            return null;
        }

        // The arguments come last: PowerShell takes no parameter for one behind '--%', quoted as it is.
        var line = ProcessCommandLine.Of(process, bytes.Span);
        return !process.IsOwn ? Text.Format(Messages.EnableOtherUser, id)
            : !line.CanBeTyped ? Text.Format(Messages.EnableNotTypable, id)
            : line.Program is null ? Text.Format(Messages.EnableNoProgram, id)
            : line.Arguments.Count == 0 ? Text.Format(Messages.EnableProgram, quote(line.Program))
            : process.WorkingFolder is not { } folder || !ProcessCommandLine.IsTypable(folder) ? Text.Format(Messages.EnableNoFolder, id)
            : Text.Format(Messages.EnableProgramWithArguments, quote(line.Program), quote(folder), string.Join(", ", line.Arguments.Select(quote)));
    }

    // QEMU, Cloud Hypervisor, Firecracker, crosvm, kvmtool, StratoVirt, VirtualBox and VMware.
    [GeneratedRegex(@"^(qemu-system-.+|qemu-kvm|kvm|cloud-hypervisor|firecracker|crosvm|lkvm|stratovirt|VBoxHeadless|VirtualBoxVM|vmware-vmx)\z")]
    private static partial Regex VirtualMachine();
}
