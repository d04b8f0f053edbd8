using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that work on trace sessions share.</summary>
public abstract class TraceSessionCommand : KsmToolsCommand
{
    /// <summary>The name of a session of rmap events unless another is given.</summary>
    private protected const string DefaultRmapName = "ksmtools";

    /// <summary>The name of a session of KSM's events unless another is given.</summary>
    private protected const string DefaultKsmName = "ksmtools-ksm";

    private TraceSessions? _sessions;

    /// <summary>Sessions.</summary>
    private protected TraceSessions Sessions => _sessions ??= new TraceSessions(Kernel);

    /// <summary>A session of rmap events; one that has none is said to have none.</summary>
    /// <param name="name">Its name.</param>
    private protected TraceSession RmapSession(string name)
    {
        TraceSession session = Sessions.Get(SessionKind.Rmap, name);
        if (session.IsAggregate)
        {
            WriteWarning(MessageText.Format(ModuleMessages.AggregateHasNoEvents, name, CommandText.Quote(name)));
        }

        return session;
    }

    /// <summary>Says which sessions there are with damaged records, and of a kind without their instances, and what to do about them.</summary>
    /// <param name="kind">The kind.</param>
    private protected void WarnOfDamage(SessionKind kind)
    {
        foreach (string remark in Sessions.Remarks(kind))
        {
            WriteWarning(remark);
        }
    }

    /// <summary>Until when to wait for more events, as a <see cref="Stopwatch"/> time; null for not at all.</summary>
    /// <param name="follow">Until Ctrl-C.</param>
    /// <param name="timeout">This long.</param>
    private protected static long? WaitUntil(bool follow, TimeSpan? timeout) =>
        timeout is { } wait ? Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency)
        : follow ? long.MaxValue
        : null;

    /// <summary>The sessions of some names. A name that there is none of is an error of its own, and the rest goes on; a wildcard may match none.</summary>
    /// <param name="kind">Of which kind.</param>
    /// <param name="names">Names, with wildcards.</param>
    /// <param name="withGone">Whether those whose instances are gone are among them.</param>
    private protected IEnumerable<TraceSession> Find(SessionKind kind, IEnumerable<string> names, bool withGone = false)
    {
        IReadOnlyList<TraceSession> gone = withGone ? Sessions.Gone(kind) : [];
        foreach (string name in names)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                WildcardPattern pattern = NamePatterns.Parse(name, WildcardOptions.CultureInvariant);
                foreach (TraceSession session in Sessions.List(kind).Concat(gone).Where(session => pattern.IsMatch(session.Name)))
                {
                    yield return session;
                }

                continue;
            }

            TraceSession? found = gone.FirstOrDefault(session => session.Name == name);
            try
            {
                found ??= Sessions.Get(kind, name);
            }
            catch (KsmToolsException failure) when (failure.Reason == ErrorReason.TraceSessionNotFound)
            {
                WriteFailure(failure);
            }

            if (found is not null)
            {
                yield return found;
            }
        }
    }

    /// <summary>Does something to each session; what fails is an error of its own, and the rest goes on.</summary>
    private protected void ForEach(SessionKind kind, IEnumerable<string> names, string verb, Action<TraceSession> action, bool withGone = false)
    {
        foreach (TraceSession session in Find(kind, names, withGone))
        {
            if (!ShouldProcess(session.Path, verb))
            {
                continue;
            }

            try
            {
                action(session);
            }
            catch (KsmToolsException failure)
            {
                WriteFailure(failure);
            }
        }
    }
}
