using System.Management.Automation;

namespace KsmTools.Transformations;

/// <summary>Takes an empty text as "not given": a CSV file has that for a knob which the kernel lacks.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BlankIsNullAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PSObject.AsPSObject(inputData).BaseObject is string text && string.IsNullOrWhiteSpace(text) ? null : inputData;
}
