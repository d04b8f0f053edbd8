using KsmTools.Errors;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Gives one CPU's sub-buffers, in order.</summary>
internal abstract class SubBufferSource : IDisposable
{
    /// <summary>The bytes of the current sub-buffer, until the next is asked for.</summary>
    public abstract ReadOnlySpan<byte> Page { get; }

    /// <summary>Whether the file ends in the middle of the current sub-buffer.</summary>
    public bool IsCut { get; protected set; }

    /// <summary>Why there are no more although there should be.</summary>
    public KsmToolsException? Failure { get; protected set; }

    /// <summary>Bytes of the file that were read.</summary>
    public long BytesRead { get; protected set; }

    /// <summary>Whether nobody has read anything of it before, of a buffer that fills.</summary>
    public virtual bool IsUnread => false;

    /// <summary>How many events the kernel has counted as lost so far, of a buffer that fills; null where it does not say.</summary>
    public virtual long? CountLost() => null;

    /// <summary>Goes to the next sub-buffer; false after the last.</summary>
    public abstract bool TryNext();

    /// <summary>Where a byte of the current sub-buffer is in the file, for people.</summary>
    /// <param name="offset">The byte's offset in the sub-buffer.</param>
    public abstract string Place(int offset);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
