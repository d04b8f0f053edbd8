using KsmTools.Shell.CommandLine;
using KsmTools.Shell.Execution;

namespace KsmTools.Shell;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        ShellOptions options = ShellOptionsParser.Parse(arguments);
        if (options.Error is not null)
        {
            Console.Error.WriteLine(options.Error);
            if (options.ShowUsage)
            {
                Console.Out.WriteLine(Usage.Short);
            }

            return ExitCodes.BadCommandLine;
        }

        if (options.ShowVersion)
        {
            Console.Out.WriteLine(Usage.Version);
            return ExitCodes.Success;
        }

        if (options.ShowHelp)
        {
            Console.Out.WriteLine(Usage.Long);
            return ExitCodes.Success;
        }

        using var session = new Session(options);
        return session.Run();
    }
}
