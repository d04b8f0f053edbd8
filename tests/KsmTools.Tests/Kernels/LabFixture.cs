using KsmTools.Lab;
using KsmTools.Lab.Kernels;

namespace KsmTools.Tests.Kernels;

/// <summary>
/// A kernel of the lab, booted when the first test asks for it and switched off after the class's last. <c>KSMTOOLS_LAB_KERNELS</c>
/// names the kernels to use, separated by commas, or <c>all</c>; they are fetched or built where the cache has none. Without it,
/// Debian's 6.12 is used where it is ready.
/// </summary>
public abstract class LabFixture(string kernel) : IDisposable
{
    private const string Variable = "KSMTOOLS_LAB_KERNELS";
    private const string Usual = "6.12";

    private LabMachine? _machine;
    private Exception? _failure;

    /// <summary>What the lab calls the kernel.</summary>
    public string Name => kernel;

    /// <summary>The running kernel; skips the test where there is none.</summary>
    public LabMachine Machine
    {
        get
        {
            if (_failure is not null)
            {
                throw new InvalidOperationException("The kernel did not boot for an earlier test.", _failure);
            }

            return _machine ??= Boot();
        }
    }

    /// <summary>Runs a command and returns what it left; unless said otherwise, there is time enough for a slow machine.</summary>
    public LabResult Run(LabCommand command, TimeSpan? limit = null, Stream? output = null, Dictionary<string, string>? environment = null) =>
        Machine.Run(command, limit ?? TimeSpan.FromMinutes(10), output, errors: null, environment, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _machine?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Switches the machine off; the next test that asks for one gets another.</summary>
    public void SwitchOff()
    {
        _machine?.Dispose();
        _machine = null;
    }

    private LabMachine Boot()
    {
        string? wanted = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(
            wanted is null ? kernel == Usual : wanted == "all" || wanted.Split(',').Contains(kernel),
            $"needs kernel {kernel} of the lab: set {Variable}={kernel}");
        try
        {
            LabKernel? found = wanted is null ? LabKernels.FindReady(kernel) : LabKernels.Prepare(kernel, Say);
            Assert.SkipWhen(found is null, $"needs kernel {kernel} in the lab's cache: dotnet run --project tests/Lab -- prepare {kernel}");
            return LabMachine.Boot(found, Say, TestContext.Current.CancellationToken);
        }
        catch (LabUnavailableException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
        catch (LabFailedException e)
        {
            _failure = e;
            throw;
        }
    }

    private static void Say(string message) => TestContext.Current.SendDiagnosticMessage(message);
}

/// <summary>Debian's 6.1.</summary>
public sealed class Debian61() : LabFixture("6.1");

/// <summary>Debian's 6.12.</summary>
public sealed class Debian612() : LabFixture("6.12");

/// <summary>6.12 with trace events of walks.</summary>
public sealed class Native() : LabFixture("6.12-native");

/// <summary>6.12 with trace events of walks, and walks of KSM pages bounded.</summary>
public sealed class NativeFixed() : LabFixture("6.12-native-fixed");
