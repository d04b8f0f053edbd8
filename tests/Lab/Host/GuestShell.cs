using System.Reflection;

namespace KsmTools.Lab.Host;

/// <summary>The checkout that this lab was built from, and its ksmsh: the guest sees both under the host's paths.</summary>
internal static class GuestShell
{
    public static string Checkout { get; } = Metadata("Checkout");

    /// <summary>The folder with ksmsh as it was built, not the copy that a test project has.</summary>
    public static string Folder { get; } = Path.Combine(Checkout, "src/KsmTools.Shell/bin", Metadata("Configuration"), "net10.0");

    public static string Assembly { get; } = Path.Combine(Folder, "ksmsh.dll");

    /// <summary>The module's own assemblies.</summary>
    public static string ModuleFolder { get; } = Path.Combine(Checkout, "bin");

    private static string Metadata(string key) =>
        typeof(GuestShell).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
