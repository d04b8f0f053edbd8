using System.Management.Automation.Language;

namespace KsmTools.Errors;

/// <summary>Texts of anybody's as words of commands that are to be typed.</summary>
internal static class CommandText
{
    /// <summary>A text in quotes within which PowerShell takes everything as it is. It ends a string at five different quotes, and knows them itself.</summary>
    public static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
