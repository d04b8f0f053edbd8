using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>Copies ranges of a process's memory: process_vm_readv(2), as <see cref="PageCalls.ReadRanges"/> calls it.</summary>
/// <param name="process">The process.</param>
/// <param name="ranges">The ranges.</param>
/// <param name="buffer">Where the bytes go.</param>
/// <param name="errno">What the kernel said where nothing was copied.</param>
/// <returns>The bytes copied.</returns>
internal delegate nint OwnMemoryReader(int process, ReadOnlySpan<MemoryRange> ranges, Span<byte> buffer, out Errno errno);
