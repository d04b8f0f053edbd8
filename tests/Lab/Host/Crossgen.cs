using System.Text.RegularExpressions;

namespace KsmTools.Lab.Host;

/// <summary>The SDK's compiler of ready-to-run images, which comes as a package.</summary>
internal static partial class Crossgen
{
    // Restoring a project that asks for such images brings the compiler that belongs to the SDK.
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
            <PublishReadyToRun>true</PublishReadyToRun>
            <SelfContained>false</SelfContained>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <Target Name="ShowCompiler" DependsOnTargets="ResolveFrameworkReferences;ResolveReadyToRunCompilers">
            <Message Importance="high" Text="compiler=@(Crossgen2Tool)" />
          </Target>
        </Project>
        """;

    /// <summary>The framework's assemblies that this process, and the guest, run with.</summary>
    public static string FrameworkFolder { get; } = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    /// <summary>The compiler, fetched where it is not there, or null; then assemblies are compiled at run time as usual.</summary>
    public static string? Find(Action<string> progress)
    {
        string folder = Path.Combine(LabCache.Root, "crossgen-" + Path.GetFileName(FrameworkFolder));
        string note = Path.Combine(folder, "path");
        if (File.Exists(note) && File.ReadAllText(note) is var known && File.Exists(known))
        {
            return known;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "crossgen.csproj"), Project);
        try
        {
            Tool.Run("dotnet", ["restore", "-v", "quiet"], folder);
            string output = Tool.Run("dotnet", ["build", "--no-restore", "-t:ShowCompiler", "-v", "minimal", "-tl:off"], folder);
            string path = CompilerPath().Match(output).Groups[1].Value;
            if (File.Exists(path))
            {
                File.WriteAllText(note, path);
                return path;
            }

            progress("no ready-to-run compiler in the SDK: ksmsh will start slowly");
        }
        catch (LabUnavailableException e)
        {
            progress($"no ready-to-run compiler, so ksmsh will start slowly: {e.Message.Split('\n')[0]}");
        }

        return null;
    }

    [GeneratedRegex(@"compiler=(\S+)")]
    private static partial Regex CompilerPath();
}
