using System.Management.Automation;

namespace KsmTools.Transformations;

/// <summary>Takes a truth value as the kernel and text files spell it: 0, 1, y, n, on, off, true, false; an empty text is "not given".</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KernelBooleanAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PSObject.AsPSObject(inputData).BaseObject is string text
            ? text.Trim().ToUpperInvariant() switch
            {
                "" => null,
                "1" or "Y" or "YES" or "ON" or "TRUE" => true,
                "0" or "N" or "NO" or "OFF" or "FALSE" => false,
                _ => inputData,
            }
            : inputData;
}
