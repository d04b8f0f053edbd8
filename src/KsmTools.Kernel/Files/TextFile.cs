using System.Text;
using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>Ordinary text files that commands write for the user.</summary>
public static class TextFile
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its contents, written as UTF-8 without a byte order mark.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/> or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public static void Write(string path, string text, bool replace) => WholeFile.Write(path, Encoding.UTF8.GetBytes(text), replace);
}
