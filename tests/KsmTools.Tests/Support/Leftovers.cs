using System.Diagnostics;

[assembly: AssemblyFixture(typeof(KsmTools.Tests.Support.Leftovers))]

namespace KsmTools.Tests.Support;

/// <summary>Ends, when all tests are done, what they started and one that failed has left running.</summary>
public sealed class Leftovers : IDisposable
{
    public void Dispose()
    {
        foreach (Process process in Process.GetProcesses())
        {
            using (process)
            {
                if (IsChild(process.Id))
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
    }

    private static bool IsChild(int process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").Contains($"PPid:\t{Environment.ProcessId}");
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    }
}
