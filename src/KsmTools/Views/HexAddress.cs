using System.Globalization;

namespace KsmTools.Views;

/// <summary>Addresses for people: <c>0x7f9fdb1df000</c>, as in <c>/proc/pid/maps</c>.</summary>
public static class HexAddress
{
    /// <summary>Formats an address.</summary>
    /// <param name="address">The address; null is nothing to show.</param>
    /// <returns>The text, empty for null.</returns>
    public static string Format(long? address) =>
        address is long value ? string.Create(CultureInfo.InvariantCulture, $"0x{value:x}") : string.Empty;
}
