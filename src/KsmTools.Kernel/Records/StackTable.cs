using System.Diagnostics.CodeAnalysis;

namespace KsmTools.Records;

/// <summary>
/// Call chains by number: the same few come again and again, and a record holds the number. It is bounded: a trace whose chains have more than
/// <see cref="Capacity"/> frames together is no kernel's, and the rest are not kept.
/// </summary>
public sealed class StackTable
{
    /// <summary>The most frames that are kept, of all chains together.</summary>
    public const int Capacity = 1 << 20;

    /// <summary>The most frames of a chain; the kernel's own limit is 127 (<c>kernel.perf_event_max_stack</c>) unless somebody raised it.</summary>
    public const int Deepest = 1024;

    private readonly Lock _lock = new();
    private readonly List<int[]> _stacks = [[]];
    private readonly Dictionary<int[], int> _numbers;
    private readonly Dictionary<int[], int>.AlternateLookup<ReadOnlySpan<int>> _lookup;
    private int _frames;

    /// <summary>An empty table.</summary>
    public StackTable()
    {
        _numbers = new Dictionary<int[], int>(new ByFrames());
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<int>>();
    }

    /// <summary>The number of a chain; 0 for none, and where there is no room.</summary>
    /// <param name="frames">The functions by their numbers in the <see cref="SymbolTable"/>, the innermost first.</param>
    public int Intern(ReadOnlySpan<int> frames)
    {
        frames = frames[..Math.Min(frames.Length, Deepest)];
        lock (_lock)
        {
            if (_lookup.TryGetValue(frames, out int known))
            {
                return known;
            }

            if (frames.IsEmpty || _frames > Capacity - frames.Length)
            {
                return 0;
            }

            int[] stack = frames.ToArray();
            int number = _stacks.Count;
            _stacks.Add(stack);
            _numbers.Add(stack, number);
            _frames += stack.Length;
            return number;
        }
    }

    /// <summary>The chain of a number: functions by their numbers in the <see cref="SymbolTable"/>, the innermost first.</summary>
    /// <param name="number">What <see cref="Intern"/> gave.</param>
    public IReadOnlyList<int> Frames(int number)
    {
        lock (_lock)
        {
            return _stacks[number];
        }
    }

    private sealed class ByFrames : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] int[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<int> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
    }
}
