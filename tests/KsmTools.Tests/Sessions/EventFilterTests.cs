using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

public sealed class EventFilterTests
{
    [Fact]
    public void Page_types_are_strings_or_bits()
    {
        Assert.Null(EventFilter.PageTypes([]));
        Assert.Equal("page_type == \"ksm\" || page_type == \"file\"", EventFilter.PageTypes([RmapPageType.File, RmapPageType.Ksm, RmapPageType.File]));
        Assert.Equal("page_type == 3 || page_type == 1 || page_type == 0", EventFilter.PageTypeBits(Enum.GetValues<RmapPageType>()));
        Assert.Equal("(a) && (b)", EventFilter.And("a", "b"));
        Assert.Equal("b", EventFilter.And(null, "b"));
    }

    [Fact]
    public void Threads_with_neighbouring_numbers_are_a_range()
    {
        using var folder = new TemporaryFolder();
        foreach (int thread in (int[])[100, 101, 102, 110])
        {
            Directory.CreateDirectory(string.Create(CultureInfo.InvariantCulture, $"{folder.Path}/proc/100/task/{thread}"));
        }

        Directory.CreateDirectory($"{folder.Path}/proc/103/task/103");
        var kernel = new KernelTree(folder.Path);
        Assert.Equal("(common_pid >= 100 && common_pid <= 102) || common_pid == 110", EventFilter.Threads(kernel, [100]));
        Assert.Equal("(common_pid >= 100 && common_pid <= 103) || common_pid == 110", EventFilter.Threads(kernel, [103, 100]));
        Assert.Null(EventFilter.Threads(kernel, []));
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => EventFilter.Threads(kernel, [7]));
        Assert.Equal((ErrorReason.ProcessNotFound, (object)7), (failure.Reason, failure.Target));
    }

    [Fact]
    public void Too_many_threads_for_a_filter_are_refused()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 400; i++)
        {
            Directory.CreateDirectory(string.Create(CultureInfo.InvariantCulture, $"{folder.Path}/proc/1/task/{i * 2}"));
        }

        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => EventFilter.Threads(new KernelTree(folder.Path), [1]));
        Assert.Equal(ErrorReason.KnobValueInvalid, failure.Reason);
    }
}
