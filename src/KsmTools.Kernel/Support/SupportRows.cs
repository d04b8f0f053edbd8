using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Support;

/// <summary>
/// Makes capabilities. What is missing below <c>/</c> this kernel lacks; what is missing in a captured tree was not taken along, or not there: nobody can tell, and what is to be done
/// about it is not to be done on this machine.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class SupportRows(KernelTree kernel)
{
    /// <summary>A capability.</summary>
    /// <param name="area">Its area.</param>
    /// <param name="name">Its name.</param>
    /// <param name="available">Whether it is there; null where that is not known.</param>
    /// <param name="reason">How that is known.</param>
    /// <param name="remedy">What to do where it is not, on the machine that the files are of.</param>
    public KsmCapability Of(string area, string name, bool? available, string reason, string remedy) => new()
    {
        Area = area,
        Name = name,
        Available = available,
        Reason = reason,
        Remedy = available == true ? null : kernel.IsLive ? remedy : Text.Format(Messages.SupportThatMachine, remedy),
    };

    /// <summary>A capability that is a file.</summary>
    public KsmCapability OfFile(string area, string name, string path, string remedy) => kernel.Exists(path) ? There(area, name, Text.Format(Messages.SupportPresent, kernel.Locate(path)))
        : kernel.IsLive ? Of(area, name, false, Text.Format(Messages.SupportMissing, path), remedy)
        : NotInTree(area, name, Text.Format(Messages.SupportNotInTree, kernel.Locate(path)));

    /// <summary>A capability that is there.</summary>
    public static KsmCapability There(string area, string name, string reason) => new() { Area = area, Name = name, Available = true, Reason = reason };

    /// <summary>A capability of which a captured tree says nothing.</summary>
    public static KsmCapability NotInTree(string area, string name, string reason) =>
        new() { Area = area, Name = name, Available = null, Reason = reason, Remedy = Messages.SupportNotInTreeRemedy };
}
