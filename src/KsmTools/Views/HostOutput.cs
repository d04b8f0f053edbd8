using System.Management.Automation;
using System.Management.Automation.Host;

namespace KsmTools.Views;

/// <summary>What a command that draws by itself has to know of where its output goes.</summary>
internal static class HostOutput
{
    /// <summary>Whether the host shows text on a terminal.</summary>
    public static bool IsTerminal(PSCmdlet command) => command.Host.UI.SupportsVirtualTerminal && !Console.IsOutputRedirected;

    /// <summary>The columns of the host; the default where it does not know.</summary>
    public static int Width(PSCmdlet command, int defaultWidth)
    {
        try
        {
            return command.Host.UI.RawUI is { } raw && raw.BufferSize.Width > 1 ? raw.BufferSize.Width : defaultWidth;
        }
        // A host that draws nothing has no raw user interface, or one whose members throw this: PSHostRawUserInterface leaves it to them.
        catch (Exception exception) when (exception is HostException or IOException or NotImplementedException or PlatformNotSupportedException)
        {
            return defaultWidth;
        }
    }
}
