namespace KsmTools.Tests.Support;

/// <summary>Files of the checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    public static string Manifest { get; } = Path.Combine(Root, "KsmTools.psd1");

    /// <summary>A file of <c>tests/KsmTools.Tests/Data</c>, as copied beside the tests.</summary>
    public static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "KsmTools.psd1")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("KsmTools.psd1 is in no folder above the tests.");
    }
}
