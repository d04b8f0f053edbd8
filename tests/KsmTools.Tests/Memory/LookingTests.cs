using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Merge;
using KsmTools.Potential;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

/// <summary>What is merged stays merged, whoever looks at it: its page frame says so.</summary>
public sealed class LookingTests
{
    private static readonly KernelTree Kernel = new("/");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // The access that NUMA balancing waits for, which PageMover makes where the kernel says that a page is not there.
    [Fact]
    public void An_access_leaves_the_pages_of_another_process_merged()
    {
        Needs.Ksm();
        using MergeableHolder holder = MergeableHolder.Create(20, 0x4b53_4d20_6c6f_6f6b, Stop);
        Merge(holder.Id);
        try
        {
            long?[] frames = Frames(holder.Id, holder.Address, 20);
            Assert.Single(frames.Distinct());
            var touch = new PageTouch(Kernel);
            for (int page = 0; page < 20; page++)
            {
                touch.Run(holder.Id, holder.Address + ((long)page * Environment.SystemPageSize));
            }

            Assert.Equal(frames, Frames(holder.Id, holder.Address, 20));
        }
        finally
        {
            RealKsm.Empty();
        }
    }

    [Fact]
    public void Commands_that_look_leave_a_region_merged()
    {
        Needs.Ksm();
        using var host = new ModuleHost();
        try
        {
            RmapRegion region = host.Run("$r = New-RmapRegion Ksm 20 -SplitVma; $null = Invoke-KsmMerge -Id $PID; $r").Single<RmapRegion>();
            long?[] frames = Frames(region.Id, region.Address, 20);
            Assert.Single(frames.Distinct());
            new PageTouch(Kernel).Run(region.Id, region.Address);
            string[] scripts =
            [
                "$r | Get-ProcessPage", "Invoke-RmapWalk $r -Count 20 -WhatIf", "$r | Move-ProcessPage -Node (Get-NumaNode | Where-Object HasMemory)[0].Id -WhatIf",
                "$r | Move-ProcessPage -Node (Get-NumaNode | Where-Object HasMemory)[0].Id", "Measure-KsmPotential -Id $PID", "Compare-RmapStrategy -Id $PID", "Get-KsmProcess -Id $PID",
            ];
            Assert.All(scripts, script =>
            {
                _ = host.Run(script);
                Assert.Equal(frames, Frames(region.Id, region.Address, 20));
            });
        }
        finally
        {
            _ = host.Run("$r | Remove-RmapRegion");
            RealKsm.Empty();
        }
    }

    // It is mapped once, as pages are that KSM has nothing to do with.
    [Fact]
    public unsafe void The_last_mapping_of_a_merged_page_stays_merged_when_its_contents_are_counted()
    {
        Needs.Ksm();
        using RmapRegion region = RmapRegion.Create(Kernel, RmapPageType.Ksm, 2, splitVma: false, Stop);
        Merge(Environment.ProcessId);
        try
        {
            Assert.Single(Frames(region.Id, region.Address, 2).Distinct());
            Volatile.Write(ref *(byte*)(region.Address + region.PageSize), 1);
            ProcessPage last = new ProcessPages(Kernel).ReadOne(region.Id, region.Address);
            Assert.Equal((RmapPageType.Ksm, 1L), (last.PageType, last.ShareCount));
            _ = new KsmPotentialMeasurement(Kernel) { Quote = CommandText.Quote }.Measure([region.Id], (_, failure) => throw failure, null, Stop).ToList();
            Assert.Equal(last.PageFrame, Frames(region.Id, region.Address, 1).Single());
        }
        finally
        {
            RealKsm.Empty();
        }
    }

    private static long?[] Frames(int id, long address, int count) => new ProcessPages(Kernel).ReadFrames(id, address, count);

    private static void Merge(int id) => Assert.True(new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [id] }).Run("Test", null, Stop).Converged);
}
