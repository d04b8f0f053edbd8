using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>Files that root writes into folders in which another user does what that user can.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private const string Name = "ksm.prom";

    private readonly Stranger _stranger = new();

    /// <summary>Folders of several kinds, each with everything that can be planted in it.</summary>
    public static TheoryData<uint, string, string> Plants
    {
        get
        {
            string[] plants =
            [
                "ln -s ../victim .ksm.prom.new",
                "mkfifo .ksm.prom.new",
                "ln -s ../victim ksm.prom.new",
                "ln -s ../victim ksm.prom",
                "ln -s ../nothing ksm.prom",
                "ln -s ../victim .ksm.prom.new; ln -s ../victim ksm.prom; ln -s ../victim ksm.prom.cpu0.new",
            ];
            var data = new TheoryData<uint, string, string>();
            foreach ((uint owner, string mode) in ((uint, string)[])[(Stranger.Id, "0755"), (Stranger.Id, "1777"), (0, "0777"), (0, "1777")])
            {
                Array.ForEach(plants, plant => data.Add(owner, mode, plant));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Plants))]
    public void Nothing_that_was_planted_is_written_through_or_deleted(uint owner, string mode, string plant)
    {
        string folder = _stranger.Folder("there", owner, mode);
        Stranger.Does($"cd {folder}; {plant}");
        string[] planted = [.. Directory.GetFileSystemEntries(folder).Where(path => Path.GetFileName(path) != Name)];
        string path = Path.Combine(folder, Name);
        WholeFile.Write(path, "metrics"u8, replace: true, WholeFile.Readable);
        _stranger.AssertVictimIsUntouched();
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal("metrics", File.ReadAllText(path));
        Assert.Equal((0u, WholeFile.Readable), Stranger.OwnerAndMode(path));
        Assert.Equal(planted.Append(path).Order(), Directory.GetFileSystemEntries(folder).Order());
    }

    [Fact]
    public void A_hard_link_to_another_file_is_replaced_and_not_written()
    {
        string folder = _stranger.Folder("there", Stranger.Id, "0755");
        string path = Path.Combine(folder, Name);
        Stranger.Shell($"ln {_stranger.Victim} {path}");
        WholeFile.Write(path, "metrics"u8, replace: true, WholeFile.Readable);
        _stranger.AssertVictimIsUntouched();
        Assert.Equal("metrics", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("mkfifo ksm.prom")]
    [InlineData("mkdir ksm.prom")]
    [InlineData("ln -s /dev/null ksm.prom")]
    public void What_is_no_ordinary_file_is_refused(string plant)
    {
        string folder = _stranger.Folder("there", Stranger.Id, "0755");
        Stranger.Does($"cd {folder}; {plant}");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => WholeFile.Write(Path.Combine(folder, Name), "metrics"u8, replace: true, WholeFile.Readable));
        Assert.Equal(ErrorReason.KernelIoError, failure.Reason);
        Assert.Single(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("ln -s ../secret there/way", "there/way")]
    [InlineData("ln -s ../secret there/way", "there/way/below")]
    [InlineData("ln -s ../../secret/below there/inner/way", "there/inner/way")]
    public void A_folder_is_not_found_by_way_of_anothers_link(string plant, string folder)
    {
        string secret = _stranger.Folder("secret", 0, "0755");
        _ = _stranger.Folder("secret/below", 0, "0755");
        _ = _stranger.Folder("there", Stranger.Id, "0755");
        _ = _stranger.Folder("there/inner", Stranger.Id, "0755");
        string home = Path.GetDirectoryName(_stranger.Victim)!;
        Stranger.Does($"cd {home}; {plant}");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => WholeFile.Write(Path.Combine(home, folder, Name), "metrics"u8, replace: true));
        Assert.Equal(ErrorReason.UnsafePath, failure.Reason);
        Assert.Contains("user 65534", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["below"], Directory.GetFileSystemEntries(secret).Select(Path.GetFileName));
    }

    [Fact]
    public void Roots_own_links_are_followed()
    {
        string home = Path.GetDirectoryName(_stranger.Folder("real", 0, "0755"))!;
        Stranger.Shell($"cd {home}; ln -s real first; ln -s {home}/first second; ln -s ../real/../second real/third");
        WholeFile.Write(Path.Combine(home, "real/third/file"), "whole"u8, replace: false);
        Assert.Equal("whole", File.ReadAllText(Path.Combine(home, "real/file")));
    }

    [Fact]
    public void A_circle_of_links_ends()
    {
        string home = Path.GetDirectoryName(_stranger.Folder("real", 0, "0755"))!;
        Stranger.Shell($"cd {home}; ln -s second first; ln -s first second");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => WholeFile.Write(Path.Combine(home, "first/file"), "whole"u8, replace: false));
        Assert.Equal(Interop.Errno.ELOOP, failure.Errno);
    }

    [Theory]
    [InlineData(Stranger.Id, "0755", "0640", Stranger.Id, 0x1a0)]
    [InlineData(Stranger.Id, "0755", "0777", Stranger.Id, 0x1a4)]
    [InlineData(Stranger.Id, "1777", "0600", Stranger.Id, 0x180)]
    [InlineData(0u, "1777", "0666", 0u, 0x1a4)]
    [InlineData(0u, "0777", "0000", 0u, 0x1a4)]
    public void What_is_replaced_keeps_its_owner_unless_just_anybody_could_have_put_it_there(uint folderOwner, string folderMode, string mode, uint owner, int expected)
    {
        string folder = _stranger.Folder("there", folderOwner, folderMode);
        string path = Path.Combine(folder, Name);
        Stranger.Does($"echo before > {path}; chmod {mode} {path}");
        WholeFile.Write(path, "metrics"u8, replace: true, WholeFile.Readable);
        Assert.Equal((owner, (UnixFileMode)expected), Stranger.OwnerAndMode(path));
        Assert.Equal("metrics", File.ReadAllText(path));
    }

    [Fact]
    public void What_a_folder_gives_everybody_by_a_list_a_new_file_does_not_and_one_that_is_replaced_keeps_its_own()
    {
        Needs.Program("setfacl");
        string folder = _stranger.Folder("there", 0, "0755");
        string former = Path.Combine(folder, "former");
        Stranger.Shell($"cd {folder}; setfacl -d -m u:{Stranger.Id}:rwx . || exit 99; touch former; setfacl -b former; chmod 644 former; setfacl -m u:{Stranger.Id}:--- former");
        WholeFile.Write(Path.Combine(folder, "new"), "metrics"u8, replace: true, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        WholeFile.Write(former, "metrics"u8, replace: true, WholeFile.Readable);
        Stranger.Does($"cd {folder}; ! cat new 2> /dev/null; ! cat former 2> /dev/null");
    }

    [Fact]
    public void Owners_on_a_file_system_that_a_process_runs_are_not_believed()
    {
        Needs.Program("bindfs");
        Assert.SkipUnless(File.Exists("/dev/fuse"), "needs /dev/fuse");
        string real = _stranger.Folder("real", Stranger.Id, "0755");
        string secret = _stranger.Folder("secret", 0, "0755");
        string folder = _stranger.Folder("there", 0, "0755");
        Stranger.Does($"ln -s {secret} {real}/way");
        Stranger.Shell($"bindfs --force-user=root {real} {folder}");
        try
        {
            Assert.Equal(ErrorReason.UnsafePath, Assert.Throws<KsmToolsException>(() => WholeFile.Write(Path.Combine(folder, "way/file"), "metrics"u8, replace: true)).Reason);
            Assert.Empty(Directory.GetFileSystemEntries(secret));
        }
        finally
        {
            Stranger.Shell($"umount {folder}");
        }
    }

    [Fact]
    public void The_link_that_leads_to_each_process_own_output_is_not_replaced()
    {
        // A /dev of its own, where that would harm nobody.
        const string Before = "mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 && mknod -m 666 /dev/urandom c 1 9 && ln -s /proc/self/fd/1 /dev/stdout || exit 99; exec \"$@\" > \"$0\"";
        string output = Path.Combine(_stranger.Folder("there", 0, "0755"), "output");
        ShellResult result = Ksmsh.RunAfter(
            ["unshare", "--mount", "sh", "-c", Before, output],
            "-NoProfile", "-NonInteractive", "-Command", $"Measure-RmapWalk '{Checkout.Data("captures/6.12-native/ksm.trace.txt")}' | Export-KsmMetric /dev/stdout; (Get-Item /dev/stdout).LinkType");
        Assert.SkipWhen(result.ExitCode == 99, "needs the right to mount and to make devices");
        Assert.Equal("SymbolicLink", File.ReadAllText(output).Trim());
        Assert.Contains("not an ordinary file", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_file_becomes_nobody_elses()
    {
        string folder = _stranger.Folder("there", Stranger.Id, "0755");
        string path = Path.Combine(folder, Name);
        Stranger.Does($"echo before > {path}; chmod 666 {path}");
        using (DraftFile draft = DraftFile.Create(path, replace: true, DraftFile.Private))
        {
            draft.Stream.WriteByte(1);
            draft.Complete(toDisk: false);
        }

        Assert.Equal((0u, DraftFile.Private), Stranger.OwnerAndMode(path));
    }

    [Fact]
    public void A_draft_has_no_name_and_a_file_that_comes_meanwhile_is_not_replaced()
    {
        string folder = _stranger.Folder("there", Stranger.Id, "0755");
        string path = Path.Combine(folder, Name);
        using DraftFile draft = DraftFile.Create(path, replace: false);
        draft.Stream.WriteByte(1);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Stranger.Does($"ln -s ../victim {path}");
        Assert.Equal(Interop.Errno.EEXIST, Assert.Throws<KsmToolsException>(() => draft.Complete(toDisk: false)).Errno);
        _stranger.AssertVictimIsUntouched();
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Where_files_must_have_names_nobody_can_guess_them_and_nothing_stays()
    {
        Needs.Program("bindfs");
        Assert.SkipUnless(File.Exists("/dev/fuse"), "needs /dev/fuse");
        string real = _stranger.Folder("real", 0, "0755");
        string folder = _stranger.Folder("there", 0, "0755");
        Stranger.Shell($"bindfs {real} {folder}");
        try
        {
            string path = Path.Combine(folder, Name);
            using (DraftFile draft = DraftFile.Create(path, replace: true, WholeFile.Readable))
            {
                Assert.Matches("^\\.ksmtools-[0-9a-f]{32}$", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder))));
            }

            Assert.Empty(Directory.GetFileSystemEntries(folder));
            WholeFile.Write(path, "first"u8, replace: false);
            WholeFile.Write(path, "second"u8, replace: true, WholeFile.Readable);
            Assert.Equal(Interop.Errno.EEXIST, Assert.Throws<KsmToolsException>(() => WholeFile.Write(path, "third"u8, replace: false)).Errno);
            Assert.Equal("second", File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Stranger.Shell($"umount {folder}");
        }
    }

    public void Dispose() => _stranger.Dispose();
}
