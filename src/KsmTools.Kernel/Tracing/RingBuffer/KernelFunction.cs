using KsmTools.Records;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>A kernel function.</summary>
/// <param name="Number">Its name in the reader's <see cref="SymbolTable"/>.</param>
/// <param name="PageType">The type of page whose mappings it walks, where its name says that.</param>
internal readonly record struct KernelFunction(int Number, RmapPageType? PageType);
