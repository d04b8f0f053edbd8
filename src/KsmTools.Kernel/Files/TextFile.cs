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
    /// <param name="mode">Who may do what with it, as for <see cref="WholeFile"/>.</param>
    /// <exception cref="KsmToolsException">As of <see cref="WholeFile"/>.</exception>
    public static void Write(string path, string text, bool replace, UnixFileMode? mode = null) => WholeFile.Write(path, Encoding.UTF8.GetBytes(text), replace, mode);
}
