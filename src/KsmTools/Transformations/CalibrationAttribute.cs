using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KsmTools.Model;

namespace KsmTools.Transformations;

/// <summary>
/// Takes measured walks of KSM pages by their properties, so that results that have been through remoting, Clixml, JSON or CSV do: those of a benchmark
/// say which layout was walked, statistics of a trace do not. Results of other page types are left out.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CalibrationAttribute : ArgumentTransformationAttribute
{
    private const string OfKsmPages = "Ksm";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object given = inputData is PSObject { BaseObject: IList list } ? list : inputData;
        object?[] items = given is IList several ? [.. several.Cast<object?>()] : [given];
        RmapCalibration[] measured = [.. items.Where(IsOfKsmPages).Select(From)];
        return measured.Length > 0 ? measured : throw new ArgumentTransformationMetadataException(ModuleMessages.CalibrationNotOfKsm);
    }

    private static bool IsOfKsmPages(object? item) => Text(item, "PageType") is null or OfKsmPages or "0";

    private static RmapCalibration From(object? item)
    {
        if (item is PSObject { BaseObject: RmapCalibration known })
        {
            return known;
        }

        if (Number(item, nameof(RmapCalibration.MeanNanoseconds)) is not { } mean || Text(item, "TimeUnit") is "Ticks" or "1")
        {
            throw new ArgumentTransformationMetadataException(Errors.MessageText.Format(ModuleMessages.CalibrationNotMeasured, item));
        }

        double? sharing = Number(item, nameof(RmapCalibration.Sharing)) ?? Number(item, "MaxPageSharing");
        return new RmapCalibration
        {
            Count = (long)(Number(item, nameof(RmapCalibration.Count)) ?? 1),
            MeanNanoseconds = mean,
            VmaCount = (long?)Number(item, nameof(RmapCalibration.VmaCount)),

            // Fewer pages than the knob allows share one.
            Sharing = (long?)(Number(item, "PageCount") is { } pages && pages < sharing ? pages : sharing),
        };
    }

    private static double? Number(object? item, string name) =>
        Text(item, name) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static string? Text(object? item, string name)
    {
        object? value = item is null ? null : PSObject.AsPSObject(item).Properties[name]?.Value;
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        return value is null or "" ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
    }
}
