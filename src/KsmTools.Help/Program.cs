using System.Reflection;
using System.Runtime.Loader;

namespace KsmTools.Help;

internal static class Program
{
    // Where the module keeps its own assemblies, and other people's.
    private static readonly string[] AssemblyFolders = ["", "Dependencies"];

    public static int Main(string[] args)
    {
        if (args is not [string assemblyPath, string source, string output])
        {
            Console.Error.WriteLine("usage: ksmhelp <module assembly> <folder of help pages> <output folder>");
            return 2;
        }

        string moduleFolder = Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            AssemblyFolders.Select(folder => Path.Combine(moduleFolder, folder, name.Name + ".dll")).FirstOrDefault(File.Exists) is { } path
                ? context.LoadFromAssemblyPath(path)
                : null;

        Assembly assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(assemblyPath));
        IReadOnlyList<Problem> problems = ModuleHelp.Write(assembly.GetTypes(), Path.GetFileName(assemblyPath), source, output);
        foreach (Problem problem in problems)
        {
            Console.Error.WriteLine(problem);
        }

        return problems.Count == 0 ? 0 : 1;
    }
}
