using System.Text;

namespace KsmTools.Records;

/// <summary>
/// Names by number: kernel functions, and thread names that are too long to be held in place. A reader has one, and its threads
/// share it. It is bounded: a trace with more names than <see cref="Capacity"/> is no kernel's, and the rest are <c>&lt;...&gt;</c>, the mark that
/// ftrace itself prints for a name it does not know.
/// </summary>
public sealed class SymbolTable
{
    /// <summary>The most names that are kept.</summary>
    public const int Capacity = 65_536;

    /// <summary>What stands for a name that is not known, or for which there is no room.</summary>
    internal const string Unknown = "<...>";

    private readonly Lock _lock = new();
    private readonly List<string> _names = ["", Unknown];
    private readonly Dictionary<string, int> _numbers = [];

    /// <summary>Call chains of these names.</summary>
    public StackTable Stacks { get; } = new();

    /// <summary>The number of a name; 0 is no name.</summary>
    /// <param name="name">The bytes of the name; those that are not UTF-8 become U+FFFD.</param>
    public int Intern(ReadOnlySpan<byte> name) => name.IsEmpty ? 0 : Intern(Encoding.UTF8.GetString(name));

    /// <summary>The number of a name; 0 is no name.</summary>
    /// <param name="name">The name.</param>
    public int Intern(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return 0;
        }

        lock (_lock)
        {
            if (_numbers.TryGetValue(name, out int number))
            {
                return number;
            }

            if (_names.Count >= Capacity)
            {
                return 1;
            }

            _names.Add(name);
            _numbers.Add(name, _names.Count - 1);
            return _names.Count - 1;
        }
    }

    /// <summary>The name of a number.</summary>
    /// <param name="number">What <see cref="Intern(string?)"/> gave.</param>
    public string Name(int number)
    {
        lock (_lock)
        {
            return _names[number];
        }
    }
}
