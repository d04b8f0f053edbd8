using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Views;

namespace KsmTools.Transformations;

/// <summary>Takes files' names and what to write to them: a hashtable, or an object as JSON gives it. A file takes one number, word or switch.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FileValuesAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var values = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string name, object? value) in NamedItems.Of(inputData) ?? throw new ArgumentTransformationMetadataException(ModuleMessages.OtherNotNamed))
        {
            string text = Text(value) ?? throw new ArgumentTransformationMetadataException(MessageText.Format(ModuleMessages.OtherValue, name));
            if (!values.TryAdd(name, text))
            {
                throw new ArgumentTransformationMetadataException(MessageText.Format(ModuleMessages.OtherValue, name));
            }
        }

        return values.Count > 0 ? values : throw new ArgumentTransformationMetadataException(ModuleMessages.OtherNotNamed);
    }

    private static string? Text(object? value) => value switch
    {
        bool isOn => isOn ? "1" : "0",
        SwitchParameter isOn => isOn ? "1" : "0",
        string text => text,
        IConvertible number when number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal => LanguagePrimitives.ConvertTo<string>(number),
        _ => null,
    };
}
