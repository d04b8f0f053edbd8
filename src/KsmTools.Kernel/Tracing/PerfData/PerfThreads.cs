using System.Globalization;
using System.Text;
using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.PerfData;

/// <summary>Thread names as perf knows them: those that it does not are <c>:</c> and a number.</summary>
/// <param name="symbols">Takes names that are too long to be held in place.</param>
internal sealed class PerfThreads(SymbolTable symbols) : ThreadNames(symbols, "swapper"u8)
{
    // More threads than these are given a name anew each time.
    private const int MaximumUnnamed = 65_536;

    private readonly Dictionary<int, CommandName> _unnamed = [];

    private protected override CommandName Unknown(int thread)
    {
        if (!_unnamed.TryGetValue(thread, out CommandName name))
        {
            name = CommandName.From(Encoding.ASCII.GetBytes(":" + thread.ToString(CultureInfo.InvariantCulture)), Symbols);
            if (_unnamed.Count < MaximumUnnamed)
            {
                _unnamed.Add(thread, name);
            }
        }

        return name;
    }
}
