using System.Runtime.InteropServices;

namespace KsmTools.Memory;

/// <summary>Keeps a region mapped while a thread is at its pages.</summary>
internal sealed class RegionHold : IDisposable
{
    private readonly SafeHandle _range;
    private bool _isHeld;

    /// <summary>Takes hold.</summary>
    /// <exception cref="ObjectDisposedException">The region was removed.</exception>
    public RegionHold(SafeHandle range)
    {
        _range = range;
        range.DangerousAddRef(ref _isHeld);
    }

    public void Dispose()
    {
        if (_isHeld)
        {
            _isHeld = false;
            _range.DangerousRelease();
        }
    }
}
