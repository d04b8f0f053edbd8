namespace KsmTools.Tracing.RingBuffer;

/// <summary>What is wrong with a sub-buffer. A fault is a result, not an exception: only the reader knows the file and the place.</summary>
internal enum SubBufferFault
{
    None = 0,

    /// <summary>It is shorter than its own header.</summary>
    HeaderOutside,

    /// <summary>The commit word says more bytes than there are.</summary>
    CommitOutside,

    /// <summary>An event is longer than what is left of the data.</summary>
    EventOutside,

    /// <summary>The length of an event, or of a stretch of padding, is less than the word that holds it.</summary>
    LengthTooSmall,

    /// <summary>A record is shorter than its event's format says.</summary>
    RecordTooShort,

    /// <summary>A string's offset or length points outside its record.</summary>
    StringOutside,

    /// <summary>A time that no clock reaches.</summary>
    TimeOutOfRange,
}
