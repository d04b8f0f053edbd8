using System.Runtime.CompilerServices;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>Where in a trace events were lost, by recording and CPU: nothing that began before such a place is known to have gone on behind it.</summary>
internal struct LostPositions()
{
    private const int MaximumCpu = 65_536;

    private long[] _byCpu = [];
    private long _anywhere = -1;

    // Of recordings that are read along with the first. Null while none of them has lost any.
    private Dictionary<(int Stream, int Cpu), long>? _ofOthers;

    private LostTally _tally;

    /// <summary>How many events were lost.</summary>
    public readonly LostTally Tally => _tally;

    /// <summary>Notes a mark.</summary>
    /// <param name="lost">A <see cref="TraceRecordKind.Lost"/>.</param>
    /// <param name="position">Its place in the trace.</param>
    public void Add(in TraceRecord lost, long position)
    {
        _tally.Add(lost);
        if (!lost.IsLostHere)
        {
            return;
        }

        bool isAnywhere = (uint)lost.Cpu >= MaximumCpu;
        if (lost.Stream > 0)
        {
            (_ofOthers ??= [])[(lost.Stream, isAnywhere ? TraceRecord.AnyCpu : lost.Cpu)] = position;
            return;
        }

        if (isAnywhere)
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

    /// <summary>Whether their recording has lost events since a place by either CPU, or nobody knows by which.</summary>
    /// <param name="position">The place.</param>
    /// <param name="start">What began there, on one CPU.</param>
    /// <param name="end">What ends now in the same recording, on another CPU or the same.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool HasSince(long position, in TraceRecord start, in TraceRecord end) =>
        start.Stream == 0
            ? position < _anywhere || position < At(start.Cpu) || position < At(end.Cpu)
            : _ofOthers is not null && (position < At(start.Stream, TraceRecord.AnyCpu) || position < At(start.Stream, start.Cpu) || position < At(start.Stream, end.Cpu));

    private readonly long At(int cpu) => (uint)cpu < (uint)_byCpu.Length ? _byCpu[cpu] : -1;

    private readonly long At(int stream, int cpu) => _ofOthers!.GetValueOrDefault((stream, cpu), -1);
}
