using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// The functions that probes see, and what they do not: the first function of each page type that can be probed, under every name that the compiler has given it;
/// where a type has none, the functions that call those of every type.
/// </summary>
internal sealed class WalkCoverage
{
    private readonly FunctionNames _names;
    private readonly Func<string, string?> _refusalOf;
    private readonly List<WalkFunction> _functions = [];
    private readonly List<RmapPageType> _byEntrance = [];
    private readonly List<string> _notCovered = [];

    /// <summary>Finds the functions for some page types.</summary>
    /// <param name="types">The page types.</param>
    /// <param name="names">The names that the kernel has.</param>
    /// <param name="refusalOf">Tries a function: what the kernel says against a probe, or null where it takes it.</param>
    public WalkCoverage(IEnumerable<RmapPageType> types, FunctionNames names, Func<string, string?> refusalOf)
    {
        _names = names;
        _refusalOf = refusalOf;
        foreach (RmapPageType type in types)
        {
            if (!WalkFunction.Candidates(type).Any(Take))
            {
                _byEntrance.Add(type);
            }
        }

        if (_byEntrance.Count > 0)
        {
            CoverByEntrances();
        }
    }

    /// <summary>The functions; none where nothing can be probed.</summary>
    public IReadOnlyList<WalkFunction> Functions => _functions;

    /// <summary>The page types whose walks are seen only where another file of the kernel asks for them.</summary>
    public IReadOnlyList<RmapPageType> ByEntrance => _byEntrance;

    /// <summary>What is not seen, for people.</summary>
    public IReadOnlyList<string> NotCovered => _notCovered;

    /// <summary>What was said against the last function that cannot be probed.</summary>
    public string Refusal { get; private set; } = string.Empty;

    private bool Take(WalkFunction function)
    {
        IReadOnlyList<string> variants = _names.Variants(function.Name, out IReadOnlyList<string> parts);
        var refused = new List<string>();
        int before = _functions.Count;
        foreach (string name in variants.Count > 0 ? variants : [function.Name])
        {
            if (_refusalOf(name) is { } refusal)
            {
                Refusal = refusal;
                refused.Add(Text.Format(Messages.FunctionNotCovered, name, refusal));
            }
            else
            {
                _functions.Add(function.Under(name));
                _notCovered.AddRange(FunctionNames.IsPart(name) ? [Text.Format(Messages.PartNotCovered, function.Name, name)] : []);
            }
        }

        bool isTaken = _functions.Count > before;
        _notCovered.AddRange(isTaken ? [.. refused, .. parts.Select(part => Text.Format(Messages.PartBesideNotCovered, part, function.Name))] : []);
        return isTaken;
    }

    private void CoverByEntrances()
    {
        string types = string.Join(", ", _byEntrance.Select(EventFilter.Name));
        string reason = Refusal;
        WalkFunction[] taken = [.. WalkFunction.Entrances.Where(Take)];
        _notCovered.Add(Text.Format(taken.Length > 0 ? Messages.InlinedNotCovered : Messages.TypeNotCovered, types, reason));
        if (taken.Length == 0)
        {
            Refusal = reason;
            _byEntrance.Clear();
        }
        else
        {
            _notCovered.AddRange(WalkFunction.Entrances.Except(taken).Select(function => Text.Format(Messages.FunctionNotCovered, function.Name, Refusal)));
        }
    }
}
