using System.Runtime.ExceptionServices;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>
/// Makes the kernel work for a thread of its own: a trace then tells its walks from all others, by thread and by name, and Ctrl-C does not wait for a call that the kernel does
/// not leave.
/// </summary>
internal static class TriggerThread
{
    /// <summary>The name of the thread in a trace; the kernel keeps 15 characters.</summary>
    public const string Name = "rmap-trigger";

    /// <summary>Runs work and waits for it.</summary>
    /// <param name="work">The work.</param>
    /// <param name="threadId">The thread, as the kernel numbers it.</param>
    /// <param name="cancellationToken">Leaves the work to end by itself.</param>
    /// <returns>What the work returned; what it threw is thrown.</returns>
    public static T Run<T>(Func<T> work, out int threadId, CancellationToken cancellationToken)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        int id = 0;
        var done = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            id = PageCalls.CurrentThreadId;
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                // Whatever it is, it is the caller's.
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        })
        {
            IsBackground = true,
            Name = Name,
        };
        thread.Start();
        done.Wait(cancellationToken);
        threadId = id;
        failure?.Throw();
        return result!;
    }
}
