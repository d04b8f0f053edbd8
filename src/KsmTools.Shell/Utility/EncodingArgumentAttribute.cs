using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace KsmTools.Shell.Utility;

/// <summary>The encoding names that PowerShell knows, and code page numbers and names.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EncodingArgumentAttribute : ArgumentTransformationAttribute
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static Encoding Default => Utf8;

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return data switch
            {
                Encoding encoding => encoding,
                int page => Encoding.GetEncoding(page),
                string name => Named(name),
                _ => data,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }

    private static Encoding Named(string name) => name.ToUpperInvariant() switch
    {
        "ASCII" => Encoding.ASCII,
        "BIGENDIANUNICODE" => Encoding.BigEndianUnicode,
        "BIGENDIANUTF32" => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        "ANSI" or "DEFAULT" or "OEM" or "UTF8" or "UTF8NOBOM" => Utf8,
        "STRING" or "UNICODE" or "UNKNOWN" => Encoding.Unicode,
        "UTF8BOM" => Encoding.UTF8,
        "UTF32" => Encoding.UTF32,
        _ => int.TryParse(name, NumberStyles.Integer, CultureInfo.InvariantCulture, out int page) ? Encoding.GetEncoding(page) : Encoding.GetEncoding(name),
    };
}
