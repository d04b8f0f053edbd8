using System.Management.Automation;

namespace KsmTools.Transformations;

/// <summary>Takes the id out of a process, or of any other object that has an <c>Id</c>, deserialized ones included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ProcessIdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is null ? inputData! : PSObject.AsPSObject(inputData).Properties["Id"]?.Value ?? inputData;
}
