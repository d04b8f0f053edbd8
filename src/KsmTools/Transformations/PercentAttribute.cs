using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Transformations;

/// <summary>Takes a share as people write it: <c>10%</c>, <c>0.1</c>. A number above 1 must have its percent sign: 10 could be either.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PercentAttribute : ArgumentTransformationAttribute
{
    /// <summary>The smallest share taken.</summary>
    public double Minimum { get; init; }

    /// <summary>The largest share taken.</summary>
    public double Maximum { get; init; } = double.MaxValue;

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = PSObject.AsPSObject(inputData).BaseObject;
        double? share = value switch
        {
            string text when text.Trim() is var trimmed && trimmed.EndsWith('%') => Number(trimmed[..^1]) / 100,
            string text => Plain(Number(text)),
            IConvertible number when number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal => Plain(number.ToDouble(CultureInfo.InvariantCulture)),
            _ => null,
        };
        return share >= Minimum && share <= Maximum
            ? share.Value
            : throw new ArgumentTransformationMetadataException(Maximum <= 1
                ? MessageText.Format(ModuleMessages.PercentOutOfRange, value, Minimum * 100, Maximum * 100)
                : MessageText.Format(ModuleMessages.PercentInvalid, value));
    }

    private static double? Plain(double? number) => number <= 1 ? number : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
