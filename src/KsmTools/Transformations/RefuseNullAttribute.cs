using System.Collections;
using System.Management.Automation;

namespace KsmTools.Transformations;

/// <summary>
/// Refuses null, a list of nothing and a list with null in it. For what leaves something out or in, a variable that was never set would else mean "all", as if the parameter had
/// not been given; and in a list of numbers or words null would be 0.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RefuseNullAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        bool isMissing = value is null || value is IList list && (list.Count == 0 || list.Cast<object?>().Any(item => item is null or PSObject { BaseObject: null }));
        return isMissing ? throw new ArgumentTransformationMetadataException(ModuleMessages.NullRefused) : inputData;
    }
}
