using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>A range of a process's memory: <c>struct iovec</c>.</summary>
/// <param name="Address">Where it begins.</param>
/// <param name="Length">Bytes.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MemoryRange(nint Address, nint Length);
