using System.Runtime.CompilerServices;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>Where in a trace events were lost, by CPU: nothing that began before such a place is known to have gone on behind it.</summary>
internal struct LostPositions()
{
    private const int MaximumCpu = 65_536;

    private long[] _byCpu = [];
    private long _anywhere = -1;

    // Of several files that are read as one: each lost its own events. Null while only the first has lost any.
    private Dictionary<(int Source, int Cpu), long>? _bySource;

    /// <summary>Events that the kernel said it lost.</summary>
    public long Events { get; private set; }

    /// <summary>Whether it also lost events without counting them.</summary>
    public bool IsLowerBound { get; private set; }

    /// <summary>Notes a mark.</summary>
    /// <param name="lost">A <see cref="TraceRecordKind.Lost"/>.</param>
    /// <param name="position">Its place in the trace.</param>
    public void Add(in TraceRecord lost, long position)
    {
        Events += lost.KnownLost;
        IsLowerBound |= lost.LostCount <= 0;
        if (lost.Source > 0 || _bySource is not null)
        {
            AddOfSource(lost, position);
        }
        else
        {
            AddOfOnly(lost, position);
        }
    }

    /// <summary>Whether events were lost since a place by either CPU, or by nobody knows which.</summary>
    /// <param name="position">The place.</param>
    /// <param name="start">What began there, on one CPU.</param>
    /// <param name="end">What ends now, on another CPU or the same.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool HasSince(long position, in TraceRecord start, in TraceRecord end) =>
        _bySource is null
            ? (start.Source == 0 || end.Source == 0) && (position < _anywhere || position < At(start.Cpu) || position < At(end.Cpu))
            : HasSince(position, start.Source, start, end) || (start.Source != end.Source && HasSince(position, end.Source, start, end));

    private readonly bool HasSince(long position, int source, in TraceRecord start, in TraceRecord end) =>
        position < At(source, TraceRecord.AnyCpu) || position < At(source, start.Cpu) || position < At(source, end.Cpu);

    private readonly long At(int cpu) => (uint)cpu < (uint)_byCpu.Length ? _byCpu[cpu] : -1;

    private readonly long At(int source, int cpu) => _bySource!.GetValueOrDefault((source, cpu), -1);

    private void AddOfSource(in TraceRecord lost, long position)
    {
        if (_bySource is null)
        {
            _bySource = [];
            _bySource[(0, TraceRecord.AnyCpu)] = _anywhere;
            for (int cpu = 0; cpu < _byCpu.Length; cpu++)
            {
                _bySource[(0, cpu)] = _byCpu[cpu];
            }
        }

        _bySource[(lost.Source, (uint)lost.Cpu >= MaximumCpu ? TraceRecord.AnyCpu : lost.Cpu)] = position;
    }

    private void AddOfOnly(in TraceRecord lost, long position)
    {
        if ((uint)lost.Cpu >= MaximumCpu)
        {
            _anywhere = position;
            return;
        }

        if (lost.Cpu >= _byCpu.Length)
        {
            int length = _byCpu.Length;
            Array.Resize(ref _byCpu, Math.Max(lost.Cpu + 1, length * 2));
            _byCpu.AsSpan(length).Fill(-1);
        }

        _byCpu[lost.Cpu] = position;
    }
}
