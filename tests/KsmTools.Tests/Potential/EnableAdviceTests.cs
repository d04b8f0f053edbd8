using System.Text;
using CsCheck;
using KsmTools.Errors;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>What is said of processes that cannot be made here.</summary>
public sealed class EnableAdviceTests : IDisposable
{
    private readonly FakeProcess _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Ksmd_is_started_before_a_process_and_beside_a_remark()
    {
        Assert.Equal([_process.Program], TypedCommand.Started(_process.Advice(ksmdRuns: false)!, startsKsmd: true));
        _process.Users = [FakeProcess.Caller + 1, 0, 0, 0];
        TypedCommand.IsRemark(_process.Advice(ksmdRuns: false)!, startsKsmd: true);
        TypedCommand.IsRemark(_process.Advice()!, startsKsmd: false);
    }

    [Theory]
    [InlineData("/system.slice/nginx.service", "nginx.service")]
    [InlineData("/system.slice/nginx.service/worker", "nginx.service")]
    [InlineData("/system.slice/nginx.service/evil.service", "nginx.service")]
    [InlineData("/system.slice/nginx.service/evil'; x.service", "nginx.service")]
    [InlineData("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service")]
    [InlineData(@"/system.slice/run-r1\x2dx:y.service", @"run-r1\x2dx:y.service")]
    [InlineData("/system.slice/docker.service", "docker.service")]
    [InlineData("/system.slice/docker-registry.service", "docker-registry.service")]
    [InlineData("/system.slice/lxcfs.service", "lxcfs.service")]
    [InlineData("/system.slice/containerd.service", "containerd.service")]
    public void A_service_of_the_system_gets_a_setting(string group, string service)
    {
        _process.Users = [1234, 1234, 1234, 1234];
        _process.Groups = $"12:cpuset:/\n0::{group}";
        Assert.Equal($"systemctl edit '{service}' # [Service] MemoryKSM=yes, then: systemctl restart '{service}'", _process.Advice());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/init.scope")]
    [InlineData("/system.slice")]
    [InlineData("/system.slice/")]
    [InlineData("/user.slice/user-0.slice/session-3.scope")]
    [InlineData("/user.slice/user-0.slice/user@0.service/init.scope")]
    [InlineData("/system.slice/evil'; x.service")]
    [InlineData("/system.slice/evil’; x.service")]
    [InlineData("/system.slice/$(x).service")]
    [InlineData(@"/system.slice/a\012b c.service")]
    [InlineData("/system.slice/-x.service")]
    [InlineData("/system.slice/.service")]
    [InlineData("/system.slice/é.service")]
    [InlineData("/system.slice/x.service (deleted)")]
    [InlineData("/system.slice/run-1.scope/x.service")]
    [InlineData("/system.slice/a b.slice/x.service")]
    [InlineData("/delegated/system.slice/x.service")]
    [InlineData("/../system.slice/x.service")]
    [InlineData("/x.service")]
    public void What_is_no_unit_for_certain_is_none(string group)
    {
        _process.Groups = $"0::{group}";
        Assert.Equal([_process.Program], TypedCommand.Started(_process.Advice()!, startsKsmd: false));
    }

    [Fact]
    public void A_name_longer_than_any_unit_is_none()
    {
        _process.Groups = $"0::/system.slice/{new string('x', 260)}.service";
        Assert.Equal([_process.Program], TypedCommand.Started(_process.Advice()!, startsKsmd: false));
    }

    [Theory]
    [InlineData("app.slice/foo.service", "foo.service")]
    [InlineData(@"app.slice/app-dbus\x2d:1.2.slice/foo@1.service", "foo@1.service")]
    [InlineData("session.slice/foo.service/evil.service", "foo.service")]
    public void The_callers_own_service_gets_it_from_the_own_manager(string group, string service)
    {
        uint user = FakeProcess.Caller;
        _process.Groups = $"0::/user.slice/user-{user}.slice/user@{user}.service/{group}";
        Assert.Equal($"systemctl --user edit '{service}' # [Service] MemoryKSM=yes, then: systemctl --user restart '{service}'", _process.Advice());
    }

    [Theory]
    [InlineData("/user.slice/user-4711.slice/user@4711.service/app.slice/foo.service")]
    [InlineData("/user.slice/user-4711.slice/user@4711.service/app.slice/sshd.service/nginx.service")]
    public void Another_users_service_is_left_to_that_user(string group)
    {
        _process.Groups = $"0::{group}";
        string remark = _process.Advice()!;
        TypedCommand.IsRemark(remark, startsKsmd: false);
        Assert.Contains("user 4711", remark, StringComparison.Ordinal);
        Assert.DoesNotContain(".service", remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/user.slice/user-4711.slice/user@4711.service/system.slice/foo.service")]
    [InlineData("/user.slice/user-4711.slice/user@4711.service/app.slice/run-1.scope/foo.service")]
    [InlineData("/user.slice/user-4711.slice/user@4711.service/app.slice/evil'; x.service")]
    public void No_folder_of_a_user_is_a_unit_of_the_system(string group)
    {
        _process.Users = [4711, 4711, 4711, 4711];
        _process.Groups = $"0::{group}";
        TypedCommand.IsRemark(_process.Advice()!, startsKsmd: false);
    }

    [Theory]
    [InlineData("0::/system.slice/docker-5d237f2651ad.scope")]
    [InlineData("4:memory:/docker/5d237f2651ad\n0::/")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-5d237f2651ad.scope")]
    [InlineData("0::/machine.slice/libpod-5d237f2651ad.scope/container")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-5d237f2651ad.scope/container")]
    [InlineData("0::/system.slice/web.service/libpod-payload-5d237f2651ad")]
    [InlineData("0::/libpod_parent/libpod-5d237f2651ad")]
    [InlineData("0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/cri-containerd-5d237f2651ad.scope")]
    [InlineData("0::/kubepods.slice/kubepods-pod1.slice/crio-5d237f2651ad.scope")]
    [InlineData("0::/kubepods/burstable/pod1/5d237f2651ad")]
    [InlineData("0::/system.slice/nerdctl-5d237f2651ad.scope")]
    [InlineData("0::/machine.slice/machine-web.scope/payload/system.slice/nginx.service")]
    [InlineData("0::/machine.slice/systemd-nspawn@web.service/payload/system.slice/nginx.service")]
    [InlineData(@"0::/machine.slice/machine-lxc\x2d1\x2dweb.scope")]
    [InlineData("0::/lxc.payload.web/system.slice/nginx.service")]
    [InlineData("0::/lxc/100/ns/system.slice/nginx.service")]
    [InlineData("0::/system.slice/lxc@web.service/lxc.payload.web")]
    public void What_is_in_a_container_is_not_started_outside(string groups)
    {
        _process.Groups = groups;
        string remark = _process.Advice()!;
        TypedCommand.IsRemark(remark, startsKsmd: false);
        Assert.Contains("in a container", remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qemu-system-x86_64")]
    [InlineData("qemu-system-aarch64")]
    [InlineData("qemu-kvm")]
    [InlineData("kvm")]
    [InlineData("cloud-hypervisor")]
    [InlineData("firecracker")]
    [InlineData("crosvm")]
    [InlineData("VBoxHeadless")]
    [InlineData("vmware-vmx")]
    [InlineData("qemu-system-x86_64 (deleted)")]
    public void A_virtual_machine_is_known_by_its_program(string name)
    {
        _process.Link("exe", $"/usr/bin/{name}");
        _process.Words = ["/usr/bin/kvm", "-drive", "file=guest.qcow2"];
        IsVirtualMachine();
    }

    [Theory]
    [InlineData(@"0::/machine.slice/machine-qemu\x2d1\x2dguest.scope/libvirt/emulator")]
    [InlineData("3:cpu:/machine/guest.libvirt-qemu/emulator\n0::/")]
    public void A_virtual_machine_is_known_by_its_group(string groups)
    {
        _process.Groups = groups;
        IsVirtualMachine();
    }

    [Theory]
    [InlineData("0::/")]
    [InlineData("0::/kubepods.slice/kubepods-pod1.slice/crio-5d237f2651ad.scope")]
    [InlineData("0::/system.slice/guest.service")]
    public void A_virtual_machine_is_known_by_what_it_has_open_wherever_it_is(string groups)
    {
        _process.Link("fd/0", "/dev/null");
        _process.Link("fd/7", "anon_inode:kvm-vm");
        _process.Groups = groups;
        IsVirtualMachine();
    }

    [Theory]
    [InlineData("qemu-x86_64")]
    [InlineData("qemu-img")]
    [InlineData("virtqemud")]
    [InlineData("kvm-ok")]
    public void A_program_whose_name_is_like_that_is_none(string name)
    {
        string path = Path.Combine(_process.Folder, name);
        File.WriteAllText(path, "another program");
        _process.Link("exe", path);
        _process.Words = [path];
        Assert.Equal([path], TypedCommand.Started(_process.Advice()!, startsKsmd: false));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_another_users_in_any_way_is_not_started(int user)
    {
        uint[] users = [.. Enumerable.Repeat(FakeProcess.Caller, 4)];
        users[user] = 4711;
        _process.Users = users;
        string remark = _process.Advice()!;
        TypedCommand.IsRemark(remark, startsKsmd: false);
        Assert.Contains("another user's", remark, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_word_is_taken_where_it_leads_to_the_program()
    {
        string link = Path.Combine(_process.Folder, "python");
        File.CreateSymbolicLink(link, _process.Program);
        _process.Words = [link, "-x"];
        Assert.Equal([link, "-x"], TypedCommand.Started(_process.Advice()!, startsKsmd: false));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("-server")]
    [InlineData("./server")]
    [InlineData("bin/server")]
    [InlineData("./bin/server")]
    public void Else_the_programs_own_path_where_the_word_is_its_name(string word)
    {
        _process.Words = [word, "-x"];
        Assert.Equal([_process.Program, "-x"], TypedCommand.Started(_process.Advice()!, startsKsmd: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("/")]
    [InlineData("/usr/bin/env")]
    [InlineData("/no/such/server")]
    [InlineData("../bin/server")]
    [InlineData("ver")]
    [InlineData("server: worker process")]
    [InlineData("server: master process bin/server")]
    public void What_does_not_lead_to_the_program_is_not_started(string word)
    {
        _process.Words = [word, "-x"];
        IsUnknownProgram();
    }

    [Theory]
    [InlineData("/tmp")]
    [InlineData("/no/such/folder")]
    [InlineData("/bin/sh")]
    public void Words_that_mean_files_are_not_said_again_where_others_could_have_put_some(string folder)
    {
        _process.Link("cwd", folder);
        Assert.NotNull(TypedCommand.Started(_process.Advice()!, startsKsmd: false));
        _process.Words = [_process.Program, "app.py"];
        string remark = _process.Advice()!;
        TypedCommand.IsRemark(remark, startsKsmd: false);
        Assert.Contains("/proc/4321/cwd", remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0x1ff)]
    [InlineData("bin", 0x1ff)]
    [InlineData("bin/server", 0x1f6)]
    public void A_program_that_others_could_have_changed_is_not_started(string open, int mode)
    {
        Assert.NotNull(TypedCommand.Started(_process.Advice()!, startsKsmd: false));
        File.SetUnixFileMode(Path.Combine(_process.Folder, open), (UnixFileMode)mode);
        IsUnknownProgram();
    }

    [Fact]
    public void A_name_is_looked_for_where_commands_are()
    {
        const string Shell = "/bin/sh";
        Assert.SkipUnless(File.Exists(Shell), $"needs {Shell}");
        _process.Link("exe", new FileInfo(Shell).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Shell);
        _process.Words = ["sh", "-c", "true"];
        string[] words = TypedCommand.Started(_process.Advice()!, startsKsmd: false);
        Assert.EndsWith("/sh", words[0], StringComparison.Ordinal);
        Assert.Equal(["-c", "true"], words[1..]);
    }

    [Fact]
    public void A_program_that_is_gone_is_not_started()
    {
        _process.Link("exe", _process.Program + " (deleted)");
        IsUnknownProgram();
    }

    [Fact]
    public void Nor_is_one_whose_path_has_another_file_now()
    {
        // As where it runs in another mount name space: the link's text is its path there.
        string other = Path.Combine(_process.Folder, "other/server");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.WriteAllText(other, "another program");
        _process.Words = [other];
        IsUnknownProgram();
    }

    [Theory]
    [InlineData(UnixFileMode.SetUser)]
    [InlineData(UnixFileMode.SetGroup)]
    public void Nor_is_one_that_changes_its_user(UnixFileMode bit)
    {
        File.SetUnixFileMode(_process.Program, bit | UnixFileMode.UserRead | UnixFileMode.UserExecute);
        IsUnknownProgram();
    }

    [Fact]
    public void A_command_line_that_was_written_over_is_none()
    {
        _process.CommandLine = Encoding.UTF8.GetBytes(_process.Program);
        IsUnknownProgram();
        _process.CommandLine = [];
        IsUnknownProgram();
    }

    [Fact]
    public void Every_empty_word_stays()
    {
        string[] words = [_process.Program, "", "-x", "", ""];
        _process.Words = words;
        Assert.Equal(words, TypedCommand.Started(_process.Advice()!, startsKsmd: false));
    }

    [Theory]
    [InlineData("a\u0003b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\tb")]
    [InlineData("\u001b[201~")]
    [InlineData("a\u007fb")]
    [InlineData("a\u009bb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u2029b")]
    [InlineData("a\u202eb")]
    [InlineData("a\u200bb")]
    [InlineData("a\U000e0041b")]
    public void What_cannot_be_typed_is_not_typed_otherwise(string word)
    {
        _process.Words = [_process.Program, word];
        IsNotTypable();
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xe2, 0x80 })]
    public void Nor_is_what_is_no_text(byte[] word)
    {
        _process.CommandLine = [.. Encoding.UTF8.GetBytes(_process.Program), 0, .. word, 0];
        IsNotTypable();
    }

    [Fact]
    public void Any_text_comes_back_as_it_was_or_is_refused()
    {
        Gen<string> nasty = Gen.Char["'\u2018\u2019\u201a\u201b\"\u201c\u201d\u201e`$(){};|&#@,%-\\ \t\n\r\u0003\u001b\u2013\u2014\u2028\u202e\u00a0\ud7ff\ufffdé"].Array[0, 8].Select(letters => new string(letters));
        Gen<string> word = Gen.OneOf(nasty, Gen.Int[0, 8].Select(index => new[] { "--%", "--", "-x", "", "@x", "$null", "; exit", "'", "’" }[index]), Gen.Char[(char)1, '\ud7ff'].Array[0, 4].Select(letters => new string(letters)));
        word.Array[0, 6].ForAll(
            arguments =>
            {
                string[] words = [_process.Program, .. arguments];
                _process.Words = words;
                string advice = _process.Advice()!;
                if (advice[0] == '#')
                {
                    TypedCommand.IsRemark(advice, startsKsmd: false);
                    Assert.Contains(words, text => TerminalText.Escape(text) != text);
                }
                else
                {
                    Assert.Equal(words, TypedCommand.Started(advice, startsKsmd: false));
                    Assert.DoesNotContain(advice, char.IsControl);
                }
            },
            cases: 300);
    }

    [Fact]
    public void Any_bytes_are_one_command_or_a_remark() =>
        Gen.Byte.Array[0, 12].ForAll(
            bytes =>
            {
                byte[] line = [.. Encoding.UTF8.GetBytes(_process.Program), 0, .. bytes, 0];
                _process.CommandLine = line;
                string advice = _process.Advice()!;
                if (advice[0] == '#')
                {
                    TypedCommand.IsRemark(advice, startsKsmd: false);
                }
                else
                {
                    Assert.Equal(line, Encoding.UTF8.GetBytes(string.Concat(TypedCommand.Started(advice, startsKsmd: false).Select(word => word + "\0"))));
                }
            },
            cases: 300);

    private void IsVirtualMachine()
    {
        string remark = _process.Advice()!;
        TypedCommand.IsRemark(remark, startsKsmd: false);
        Assert.Contains("virtual machine", remark, StringComparison.Ordinal);
    }

    private void IsUnknownProgram()
    {
        string remark = _process.Advice()!;
        TypedCommand.IsRemark(remark, startsKsmd: false);
        Assert.Contains("/proc/4321/exe", remark, StringComparison.Ordinal);
    }

    private void IsNotTypable()
    {
        string remark = _process.Advice()!;
        TypedCommand.IsRemark(remark, startsKsmd: false);
        Assert.Contains("cannot be typed", remark, StringComparison.Ordinal);
    }
}
