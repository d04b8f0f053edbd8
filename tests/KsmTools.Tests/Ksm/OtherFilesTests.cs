using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Tests.Support;
using KsmTools.Tests.Views;

namespace KsmTools.Tests.Ksm;

/// <summary>Files under mm/ksm that no version knows: a vendor's, or those of a kernel to come.</summary>
public sealed class OtherFilesTests : IDisposable
{
    private const string BootId = "proc/sys/kernel/random/boot_id";
    private const string Record = "run/ksmtools/named-files";

    private static readonly DateTime LongAgo = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly FakeKsmTree _tree = new();
    private readonly ModuleHost _host = new();
    private readonly KernelRoot _root;
    private readonly TemporaryFolder _folder = new();

    public OtherFilesTests()
    {
        _root = new KernelRoot(_tree);
        _tree["new_knob"] = "5";
        _tree["pages_reused"] = "17";
        _tree["trigger"] = "idle";
        File.SetLastWriteTimeUtc(_tree.Locate(KsmFiles.Folder + "/trigger"), LongAgo);
    }

    public void Dispose()
    {
        // Whatever a test does, nobody has named that one.
        DateTime written = File.GetLastWriteTimeUtc(_tree.Locate(KsmFiles.Folder + "/trigger"));
        string trigger = _tree["trigger"]!;
        _root.Dispose();
        _host.Dispose();
        _tree.Dispose();
        _folder.Dispose();
        Assert.Equal(("idle", LongAgo), (trigger, written));
    }

    [Theory]
    [InlineData("Get-KsmConfiguration")]
    [InlineData("Get-KsmStatus")]
    public void They_are_shown_raw(string command)
    {
        File.CreateSymbolicLink(_tree.Locate(KsmFiles.Folder + "/outside"), "/etc/hostname");
        File.WriteAllBytes(_tree.Locate(KsmFiles.Folder + "/huge"), new byte[1 << 17]);
        Directory.CreateDirectory(_tree.Locate(KsmFiles.Folder + "/folder"));
        Assert.Equal(["huge=", "new_knob=5", "outside=", "pages_reused=17", "trigger=idle"], _host.Run($"({command}).Other.GetEnumerator() | ForEach-Object {{ \"$($_.Key)=$($_.Value)\" }}").All<string>());
        Assert.Contains("Other: huge, new_knob 5, outside, pages_reused 17, trigger idle", _host.Run($"{command} | Out-String -Width 200").Single<string>(), StringComparison.Ordinal);
        Assert.Contains("new_knob 5, outside, pages_reused 17, trigger idle", _host.Run($"{command} | Format-List | Out-String -Width 400").Single<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConvertTo-Json | ConvertFrom-Json")]
    [InlineData("ConvertTo-Csv | ConvertFrom-Csv")]
    [InlineData("ForEach-Object { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_)) }")]
    public void They_are_shown_wherever_an_object_comes_from(string way) => Assert.Equal(
        "new_knob 5, pages_reused 17, trigger idle", _host.Run($"Get-KsmConfiguration | {way} | ForEach-Object {{ [KsmTools.Views.OtherText]::Of($_.Other) }}").Single<string>());

    [Fact]
    public void A_kernel_without_such_files_has_none()
    {
        (_tree["new_knob"], _tree["pages_reused"]) = (null, null);
        File.Delete(_tree.Locate(KsmFiles.Folder + "/trigger"));
        Assert.DoesNotContain("Other", string.Concat(_host.Run("Get-KsmConfiguration | Format-List | Out-String; Get-KsmStatus | Format-List | Out-String; Get-KsmConfiguration | Out-String").All<string>()), StringComparison.Ordinal);
        _tree["trigger"] = "idle";
        File.SetLastWriteTimeUtc(_tree.Locate(KsmFiles.Folder + "/trigger"), LongAgo);
    }

    [Theory]
    [InlineData("@{ new_knob = 7 }", "7")]
    [InlineData("@{ new_knob = '7' }", "7")]
    [InlineData("@{ new_knob = $true }", "1")]
    [InlineData("@{ new_knob = 'y' }", "y")]
    [InlineData("([pscustomobject]@{ new_knob = 7L })", "7")]
    [InlineData("((Get-KsmConfiguration | ConvertTo-Json) -replace '\"5\"', '7' -replace '\"trigger\": \"idle\"', '\"pages_reused\": \"17\"' | ConvertFrom-Json).Other", "7")]
    public void One_is_set_by_its_name(string value, string written)
    {
        Assert.Equal(written, _host.Run($"(Set-KsmConfiguration -Other {value} -PassThru).Other.new_knob").Single<string>());
        Assert.Equal((written, "17"), (_tree["new_knob"], _tree["pages_reused"]));
    }

    [Theory]
    [InlineData("@{ run = 2 }", ErrorReason.KnobValueInvalid, "-Run")]
    [InlineData("@{ max_page_sharing = 7 }", ErrorReason.KnobValueInvalid, "-MaxPageSharing")]
    [InlineData("@{ pages_shared = 0 }", ErrorReason.KnobNotSupported, "no setting")]
    [InlineData("@{ no_knob = 0 }", ErrorReason.KnobNotSupported, "missing")]
    [InlineData("@{ '../transparent_hugepage/enabled' = 'always' }", ErrorReason.KnobValueInvalid, "not the name")]
    [InlineData("@{ '..' = 1 }", ErrorReason.KnobValueInvalid, "not the name")]
    [InlineData("@{ '' = 1 }", ErrorReason.KnobValueInvalid, "not the name")]
    [InlineData("@{ \"a`e[2Jb\" = 1 }", ErrorReason.KnobValueInvalid, "not the name")]
    [InlineData("@{ new_knob = '' }", ErrorReason.KnobValueInvalid, "does not take ''")]
    [InlineData("@{ new_knob = \"a`0b\" }", ErrorReason.KnobValueInvalid, "does not take")]
    public void What_cannot_be_set_is_refused_before_anything_is_written(string value, ErrorReason reason, string says)
    {
        string before = _tree.Snapshot();
        var error = Assert.Single(_host.Run($"Set-KsmConfiguration -SleepMilliseconds 77 -Other {value}").Errors);
        var failure = Assert.IsType<KsmToolsException>(error.Exception);
        Assert.Equal(reason, failure.Reason);
        Assert.Contains(says, failure.Message + failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Theory]
    [InlineData("$null")]
    [InlineData("@{}")]
    [InlineData("5")]
    [InlineData("'new_knob'")]
    [InlineData("@{ new_knob = $null }")]
    [InlineData("@{ new_knob = 1, 2 }")]
    [InlineData("@{ new_knob = @{ a = 1 } }")]
    public void What_names_no_file_with_a_value_is_no_argument(string value) =>
        Assert.StartsWith("ParameterArgumentTransformationError", Assert.Single(_host.Run($"Set-KsmConfiguration -Other {value}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void A_whole_configuration_does_not_write_them()
    {
        _ = _host.Run("$saved = Get-KsmConfiguration | ConvertTo-Json; Set-KsmConfiguration -Other @{ new_knob = 9 }; $saved | ConvertFrom-Json | Set-KsmConfiguration").All<object>();
        Assert.Equal("9", _tree["new_knob"]);
    }

    [Fact]
    public void They_are_written_in_the_order_given_after_the_knobs_and_before_ksmd_starts()
    {
        _ = new KsmConfigurationStore(_tree).Apply(new KsmConfiguration
        {
            Run = KsmRunState.Running,
            SleepMilliseconds = 1,
            Other = new OrderedDictionary<string, string?> { ["pages_reused"] = "1", ["new_knob"] = "2" },
        });
        Assert.Equal(["sleep_millisecs=1", "pages_reused=1", "new_knob=2", "run=1"], _tree.Writes);
    }

    [Theory]
    [InlineData("5", "7", "7")]
    [InlineData("[none] some all", "all", "none some [all]")]
    [InlineData("cpu[0]=5 cpu[1]=7", "cpu[1]=8", "cpu[1]=8")]
    [InlineData("x [0-9] [a-z]", "0-9", "0-9")]
    [InlineData("[0-9]\nline", "7", "7")]
    public void All_are_set_or_none(string before, string value, string shown)
    {
        _tree["new_knob"] = before;
        string snapshot = _tree.Snapshot();
        _tree.Writing = (name, _) => Assert.True(name != "run" || _tree["new_knob"] == shown);
        _tree.Refusals["run"] = Errno.EINVAL;
        Assert.Throws<KsmToolsException>(() => new KsmConfigurationStore(_tree).Apply(new KsmConfiguration
        {
            Run = KsmRunState.Running,
            Other = new Dictionary<string, string?> { ["new_knob"] = value },
        }));
        Assert.Equal(snapshot, _tree.Snapshot());
    }

    [Theory]
    [InlineData("cpu[0]=5 cpu[1]=7", "cpu[1]=8")]
    [InlineData("5", "a [b] c[d]")]
    public void What_is_given_is_written(string before, string value)
    {
        _tree["new_knob"] = before;
        _ = new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { Other = new Dictionary<string, string?> { ["new_knob"] = value } });
        Assert.Equal(value, _tree["new_knob"]);
    }

    [Fact]
    public void What_a_file_showed_is_shown_again()
    {
        _tree["new_knob"] = "[none] some all";
        var store = new KsmConfigurationStore(_tree);
        _ = store.Apply(new KsmConfiguration { Other = new Dictionary<string, string?> { ["new_knob"] = "all" } });
        _ = store.Apply(new KsmConfiguration { Other = new Dictionary<string, string?> { ["new_knob"] = "[none] some all" } });
        Assert.Equal(["new_knob=all", "new_knob=none"], _tree.Writes);
    }

    [Fact]
    public void One_that_cannot_be_read_is_set_by_itself_because_it_could_not_be_put_back()
    {
        File.WriteAllBytes(_tree.Locate(KsmFiles.Folder + "/huge"), new byte[1 << 17]);
        var failure = Assert.Throws<KsmToolsException>(() => new KsmConfigurationStore(_tree).Apply(new KsmConfiguration
        {
            Run = KsmRunState.Running,
            Other = new Dictionary<string, string?> { ["huge"] = "1" },
        }));
        Assert.Equal((ErrorReason.KnobValueInvalid, 1 << 17), (failure.Reason, (int)new FileInfo(_tree.Locate(KsmFiles.Folder + "/huge")).Length));
        Assert.Single(new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { Other = new Dictionary<string, string?> { ["huge"] = "1" } }));
        Assert.Equal("1", _tree["huge"]);
    }

    [Fact]
    public void Names_that_are_no_text_are_passed_over()
    {
        byte[][] paths = [.. from last in (byte[])[0xfe, 0xff] select (byte[])[.. System.Text.Encoding.UTF8.GetBytes(_tree.Locate(KsmFiles.Folder + "/")), last, 0]];
        try
        {
            Assert.All(paths, path => Assert.True(NativeCalls.Create(path)));
            Assert.Equal(3, _host.Run("Get-KsmConfiguration").Single<KsmConfiguration>().Other.Count);
        }
        finally
        {
            Array.ForEach(paths, NativeCalls.Delete);
        }
    }

    [Fact]
    public void A_folder_is_no_such_file()
    {
        Directory.CreateDirectory(_tree.Locate(KsmFiles.Folder + "/folder"));
        Assert.Equal(ErrorReason.KnobNotSupported, Assert.Throws<KsmToolsException>(
            () => new KsmConfigurationStore(_tree).Plan(new KsmConfiguration { Other = new Dictionary<string, string?> { ["folder"] = "1" } })).Reason);
    }

    [Fact]
    public void Names_are_on_record_before_the_files_are_set_and_not_where_that_fails()
    {
        string? during = null;
        using var notices = new Notices(command: null);
        KsmNamedFiles.Keep(_tree, ["new_knob"], () => during = File.ReadAllText(_tree.Locate("/" + Record)), notices);
        Assert.Contains("file=new_knob\n", during, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => KsmNamedFiles.Keep(_tree, ["pages_reused"], () => throw new InvalidOperationException(), notices));
        Assert.Equal(["new_knob"], KsmNamedFiles.Read(_tree, out _));
    }

    [Fact]
    public void What_the_kernel_refuses_is_an_error_that_knows_no_range()
    {
        _tree.Refusals["new_knob"] = Errno.EINVAL;
        var failure = Assert.Throws<KsmToolsException>(() => new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { Other = new Dictionary<string, string?> { ["new_knob"] = "7" } }));
        Assert.Equal((ErrorReason.KnobValueInvalid, "5"), (failure.Reason, _tree["new_knob"]));
        Assert.DoesNotContain("18446744073709551615", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Those_that_were_named_are_saved_and_no_other()
    {
        Assert.DoesNotContain("new_knob", Save(), StringComparison.Ordinal);
        _ = _host.Run("Set-KsmConfiguration -Other @{ new_knob = 5 }").All<object>();
        _tree["new_knob"] = "6";
        string saved = Save();
        Assert.EndsWith("w /sys/kernel/mm/ksm/new_knob - - - - 6\n", saved, StringComparison.Ordinal);
        Assert.DoesNotContain("pages_reused", saved, StringComparison.Ordinal);
        Assert.DoesNotContain("trigger", saved, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_named_before_the_last_boot_is_forgotten()
    {
        _tree.Put(BootId, "a\n");
        _ = _host.Run("Set-KsmConfiguration -Other @{ new_knob = 7 }").All<object>();
        _tree.Put(BootId, "b\n");
        Assert.DoesNotContain("new_knob", Save(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_names_that_is_damaged_is_said_to_be_and_mended_by_setting_again()
    {
        _ = _host.Run("Set-KsmConfiguration -Other ([ordered]@{ new_knob = 7; pages_reused = 18 })").All<object>();
        string whole = File.ReadAllText(_tree.Locate("/" + Record));
        _tree.Put(Record, whole[..whole.IndexOf("file=pages", StringComparison.Ordinal)]);
        ModuleResult result = _host.Run($"Save-KsmConfiguration '{_folder.Path}/damaged.conf'");
        Assert.Contains("named-files is damaged", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Contains("new_knob", File.ReadAllText(_folder.Path + "/damaged.conf"), StringComparison.Ordinal);
        Assert.Contains("named-files is damaged", Assert.Single(_host.Run("Set-KsmConfiguration -Other @{ pages_reused = 18 }").Warnings), StringComparison.Ordinal);
        Assert.Contains("pages_reused", Save(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("50% of \\ all", "50%% of \\\\ all")]
    [InlineData("a\nb\tc", "a\\nb\\x09c")]
    [InlineData(" x ", "\\x20x\\x20")]
    [InlineData("-", "\\x2d")]
    [InlineData("--", "--")]
    [InlineData("none [all]", "all")]
    public void Systemd_reads_the_text_that_the_file_shows(string shown, string argument) => Assert.EndsWith(
        $"w /sys/kernel/mm/ksm/new_knob - - - - {argument}\n",
        KsmTmpfiles.Format(new KsmConfiguration { Others = new NamedTexts([new("new_knob", shown)], areShown: true) }),
        StringComparison.Ordinal);

    [Fact]
    public void A_file_that_shows_nothing_is_not_saved_and_that_is_said()
    {
        _ = _host.Run("Set-KsmConfiguration -Other @{ new_knob = 7 }").All<object>();
        _tree["new_knob"] = string.Empty;
        ModuleResult result = _host.Run($"Save-KsmConfiguration '{_folder.Path}/blank.conf'");
        Assert.Contains("new_knob", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("new_knob", File.ReadAllText(_folder.Path + "/blank.conf"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none [x\nR /etc/important - - - -\n#] scan-time")]
    [InlineData("none [50%h\\x41] scan-time")]
    [InlineData("none [a b] scan-time")]
    public void What_a_tree_shows_is_no_line_of_the_saved_file(string advisor)
    {
        _tree["advisor_mode"] = advisor;
        string saved = Save();
        Assert.All(saved.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(#|w /sys/kernel/mm/ksm/[a-z_]+ - - - - [0-9a-z-]+$)", line));
        Assert.DoesNotContain("advisor_mode", saved, StringComparison.Ordinal);
        Assert.DoesNotContain("R %h", KsmTmpfiles.Format(new KsmConfiguration { Other = new Dictionary<string, string?> { ["a - - - - 0\nR %h"] = "1" } }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_heading_of_a_table_breaks_between_files()
    {
        _tree["redhat_only_zero_pages"] = "1";
        _tree["another_file_of_the_vendor"] = "always [madvise] never";
        using var terminal = new TerminalHost(80, System.Globalization.CultureInfo.InvariantCulture);
        string[] lines = terminal.Show(string.Empty, new KsmConfigurationStore(_tree).Read());
        Assert.All(lines, line => Assert.True(line.Length < 80, line));
        Assert.Contains(lines, line => line.TrimEnd().EndsWith(',') && line.StartsWith("   Other: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("          ", StringComparison.Ordinal) && line.Contains("trigger idle", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_a_killed_command_has_set_is_restored_and_no_other()
    {
        string before = _tree.Snapshot();
        var settings = KsmTemporarySettings.Begin(_tree, "Invoke-KsmMerge");
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 1, Other = new Dictionary<string, string?> { ["new_knob"] = "7" } });
        string journal = File.ReadAllText(_tree.Locate("/run/ksmtools/journal"));
        settings.Dispose();
        Assert.Equal(before, _tree.Snapshot());

        Assert.Contains("new_knob=5 -> 7\n", journal, StringComparison.Ordinal);
        (_tree["new_knob"], _tree["sleep_millisecs"]) = ("7", "1");
        _tree.Put("run/ksmtools/journal", journal);
        Assert.Contains(_host.Run("Get-KsmConfiguration").Warnings, warning => warning.Contains("Restore-KsmConfiguration", StringComparison.Ordinal));
        Assert.Equal("5", _host.Run("(Restore-KsmConfiguration -PassThru).Other.new_knob").Single<string>());
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void Defaults_leave_them_and_say_so()
    {
        _ = _host.Run("Set-KsmConfiguration -SleepMilliseconds 77 -Other @{ new_knob = 7 }").All<object>();
        ModuleResult result = _host.Run("Reset-KsmConfiguration");
        Assert.Contains("new_knob, pages_reused, trigger", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(("20", "7"), (_tree["sleep_millisecs"], _tree["new_knob"]));
    }

    private string Save()
    {
        string path = $"{_folder.Path}/{Guid.NewGuid():N}.conf";
        Assert.Empty(_host.Run($"Save-KsmConfiguration '{path}'").Warnings);
        return File.ReadAllText(path);
    }
}
