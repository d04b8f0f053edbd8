namespace KsmTools.Shell.Modules;

/// <summary>Finds the manifest that the shell belongs to, in a checkout and in a package alike.</summary>
internal static class ModuleLocator
{
    public const string ModuleName = "KsmTools";

    /// <summary><c>KsmTools.psd1</c> in the shell's folder or one above it, or null.</summary>
    public static string? FindManifest()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string manifest = Path.Combine(folder, ModuleName + ".psd1");
            if (File.Exists(manifest))
            {
                return manifest;
            }
        }

        return null;
    }
}
