using System.Management.Automation;

namespace KsmTools.Views;

/// <summary>What a command that draws by itself has to know of where its output goes.</summary>
internal static class HostOutput
{
    /// <summary>Whether the host shows text on a terminal.</summary>
    public static bool IsTerminal(PSCmdlet command) => command.Host.UI.SupportsVirtualTerminal && !Console.IsOutputRedirected;

    /// <summary>The columns of that terminal; the default where it does not say, as on a serial line.</summary>
    public static int TerminalWidth(int defaultWidth) => Console.WindowWidth is > 1 and int width ? width : defaultWidth;
}
