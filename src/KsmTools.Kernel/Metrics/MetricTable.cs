using System.Text;

namespace KsmTools.Metrics;

/// <summary>The families that objects of one type have values for.</summary>
/// <typeparam name="T">The type.</typeparam>
internal sealed class MetricTable<T>
{
    private readonly List<(MetricFamily Family, Action<MetricFamily, T, MetricLabels> Read)> _families = [];

    /// <summary>Adds a family with one value for each object, or none where the object has none.</summary>
    public MetricTable<T> With(string name, MetricKind kind, string? unit, string help, Func<T, string?> value)
    {
        _families.Add((new MetricFamily(name, kind, help, unit), (family, item, labels) => family.Set(labels, value(item))));
        return this;
    }

    /// <summary>Adds a family of gauges without a unit.</summary>
    public MetricTable<T> With(string name, string help, Func<T, string?> value) => With(name, MetricKind.Gauge, null, help, value);

    /// <summary>Adds a family with a value for each word: 1 for the one that holds, 0 for the others.</summary>
    public MetricTable<T> WithStates<TState>(string name, string label, string help, Func<T, TState?> value)
        where TState : struct, Enum
    {
        void Read(MetricFamily family, T item, MetricLabels labels)
        {
            if (value(item) is { } state)
            {
                foreach (TState each in Enum.GetValues<TState>())
                {
                    family.Set(labels.With(label, each.ToString()), MetricNumber.Of(Holds(state, each)));
                }
            }
        }

        _families.Add((new MetricFamily(name, MetricKind.Gauge, help), Read));
        return this;
    }

    /// <summary>Adds a family with a value for each of some words, and for one that is none of them but holds: 1 for the one that holds, 0 for the others.</summary>
    public MetricTable<T> WithStates(string name, string label, string help, IReadOnlyList<string> words, Func<T, string?> value)
    {
        void Read(MetricFamily family, T item, MetricLabels labels)
        {
            if (value(item) is { } state)
            {
                foreach (string each in words.Union([state]))
                {
                    family.Set(labels.With(label, each), MetricNumber.Of(each == state));
                }
            }
        }

        _families.Add((new MetricFamily(name, MetricKind.Gauge, help), Read));
        return this;
    }

    /// <summary>Takes an object's values.</summary>
    public void Add(T item, MetricLabels labels)
    {
        foreach ((MetricFamily family, Action<MetricFamily, T, MetricLabels> read) in _families)
        {
            read(family, item, labels);
        }
    }

    /// <summary>Writes all families that have values.</summary>
    public void Write(StringBuilder text, MetricFormat format)
    {
        foreach ((MetricFamily family, _) in _families)
        {
            family.Write(text, format);
        }
    }

    // Of flags several hold at a time, and the one that is no flag holds when no other does.
    private static bool Holds<TState>(TState state, TState each)
        where TState : struct, Enum =>
        typeof(TState).IsDefined(typeof(FlagsAttribute), inherit: false) && !EqualityComparer<TState>.Default.Equals(each, default)
            ? state.HasFlag(each)
            : EqualityComparer<TState>.Default.Equals(state, each);
}
