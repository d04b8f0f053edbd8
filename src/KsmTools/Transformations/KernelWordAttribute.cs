using System.Management.Automation;

namespace KsmTools.Transformations;

/// <summary>Takes an enumeration's name as the kernel spells it, such as <c>scan-time</c>; an empty text is "not given".</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KernelWordAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PSObject.AsPSObject(inputData).BaseObject is string text
            ? string.IsNullOrWhiteSpace(text) ? null : text.Replace("-", string.Empty, StringComparison.Ordinal)
            : inputData;
}
