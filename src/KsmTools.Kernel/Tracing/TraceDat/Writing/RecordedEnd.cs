namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>What a trace.dat file says of a buffer once it has been recorded.</summary>
internal sealed record RecordedEnd
{
    /// <summary>Lines of <c>/proc/kallsyms</c>: those that something recorded points to.</summary>
    public required ReadOnlyMemory<byte> KernelSymbols { get; init; }

    /// <summary><c>saved_cmdlines</c>.</summary>
    public required ReadOnlyMemory<byte> SavedCommands { get; init; }

    /// <summary><c>per_cpu/cpuN/stats</c> of each CPU; of a recording whose end did not come nobody knows them.</summary>
    public IReadOnlyList<(int Cpu, string Text)> Statistics { get; init; } = [];
}
