using System.Globalization;
using System.Text.RegularExpressions;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>
/// Who runs a process, by its control groups. Below a unit whose subtree is delegated (<c>Delegate=</c>, every user's own manager) folders have the names that its user gives
/// them. So a unit is believed only where systemd alone made every folder on the way to it.
/// </summary>
internal sealed partial class ControlGroups
{
    private const string Unified = "0::/";

    private readonly string[] _paths;
    private readonly string[] _parts;

    private ControlGroups(string[] lines)
    {
        // "4:memory:/docker/5d23..."
        _paths = [.. lines.Select(line => line.Split(':', 3)).Where(fields => fields.Length == 3).Select(fields => fields[2])];
        _parts = lines.FirstOrDefault(line => line.StartsWith(Unified, StringComparison.Ordinal))?[Unified.Length..].Split('/') ?? [];
    }

    /// <summary>Whether a virtual machine of libvirt is in there.</summary>
    public bool HoldsVirtualMachine => _paths.Any(VirtualMachine().IsMatch);

    /// <summary>Whether a container is in there.</summary>
    public bool HoldsContainer => _paths.Any(Container().IsMatch);

    /// <summary>The service of the system that the process is of, or null.</summary>
    public string? SystemService => _parts is ["system.slice", ..] ? Service(_parts) : null;

    /// <summary>The service of a user's own manager that the process is of, and the user, or null.</summary>
    public (uint User, string Name)? UserService =>
        _parts is ["user.slice", var slice, var manager, ..]
        && UserManager().Match(manager) is { Success: true } match
        && uint.TryParse(match.Groups["user"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
        && slice == string.Create(CultureInfo.InvariantCulture, $"user-{user}.slice")
        && Service(_parts[3..]) is { } service
            ? (user, service)
            : null;

    /// <summary>The groups of a process; none where they cannot be read.</summary>
    public static ControlGroups Of(KernelTree kernel, int id) =>
        new(kernel.TryReadText(ProcessMemory.PathOf(kernel, id, "cgroup"), out string? text) == Errno.None ? text!.Split('\n') : []);

    // The first that is no slice: what is below it may be the service's own making.
    private static string? Service(string[] parts) =>
        parts.FirstOrDefault(part => !Slice().IsMatch(part)) is { } first && ServiceName().IsMatch(first) ? first : null;

    // The letters of a unit's name (systemd.unit(5)); one that begins with a dash would be an option of systemctl.
    [GeneratedRegex(@"^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,246}\.service\z")]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"^[A-Za-z0-9:_.\\@-]+\.slice\z")]
    private static partial Regex Slice();

    [GeneratedRegex(@"^user@(?<user>[0-9]+)\.service\z")]
    private static partial Regex UserManager();

    [GeneratedRegex(@"/machine-qemu[^/]*\.scope(/|\z)|\.libvirt-qemu(/|\z)")]
    private static partial Regex VirtualMachine();

    // Docker, Podman, CRI-O, containerd, nerdctl, Kubernetes, LXC and Incus, systemd-nspawn and what else machinectl(1) lists. Their programs' own services
    // (docker.service, lxcfs.service, docker-registry.service) are none.
    [GeneratedRegex(
        @"^/machine\.slice/|/(docker|lxc|libpod_parent|kubepods[^/]*|lxc\.(payload|monitor)[^/]*|libpod-[^/.]+|(docker|libpod|crio|cri-containerd|nerdctl|machine)-[^/]*\.scope)(/|\z)")]
    private static partial Regex Container();
}
