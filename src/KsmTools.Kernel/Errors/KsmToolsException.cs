using KsmTools.Interop;

namespace KsmTools.Errors;

/// <summary>A failure that a user can act on: why, on what, what the kernel said, and what to do next. Its texts are for terminals: <see cref="TerminalText.Escape"/> has been over them.</summary>
public class KsmToolsException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">The reason that scripts match.</param>
    /// <param name="target">The path or object that the failure is about.</param>
    /// <param name="message">What happened, naming the file and the kernel's answer.</param>
    /// <param name="recommendedAction">What to type or change next.</param>
    /// <param name="errno">The kernel's answer, where there was one.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public KsmToolsException(
        ErrorReason reason,
        object? target,
        string message,
        string recommendedAction,
        Errno? errno = null,
        Exception? innerException = null)
        : base(TerminalText.Escape(message), innerException)
    {
        Reason = reason;
        Target = target;
        RecommendedAction = TerminalText.Escape(recommendedAction);
        Errno = errno;
    }

    /// <summary>The reason that scripts match.</summary>
    public ErrorReason Reason { get; }

    /// <summary>The path or object that the failure is about, as it is.</summary>
    public object? Target { get; }

    /// <summary>What to type or change next.</summary>
    public string RecommendedAction { get; }

    /// <summary>The kernel's answer, where there was one.</summary>
    public Errno? Errno { get; }
}
