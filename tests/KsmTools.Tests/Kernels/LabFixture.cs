using System.Collections.Concurrent;
using System.Globalization;
using KsmTools.Lab;
using KsmTools.Lab.Kernels;

namespace KsmTools.Tests.Kernels;

/// <summary>
/// A kernel of the lab, booted when the first test asks for it and switched off after the class's last. <c>KSMTOOLS_LAB_KERNELS</c>
/// names the kernels to use, separated by commas, or <c>all</c>; they are fetched or built where the cache has none. Without it,
/// Debian's 7.3 is used where it is ready. After the time that <c>KSMTOOLS_LAB_DEADLINE</c> says (seconds of <c>date +%s</c>), only the first kernel is
/// still booted.
/// </summary>
public abstract class LabFixture(string kernel) : IDisposable
{
    private const string Variable = "KSMTOOLS_LAB_KERNELS";
    private const string Deadline = "KSMTOOLS_LAB_DEADLINE";
    private const string Usual = "7.3";

    // What could not be had for one test cannot be had for the next, and asking a network that is not there takes time.
    private static readonly ConcurrentDictionary<string, string> Unavailable = [];

    private LabMachine? _machine;
    private Exception? _failure;

    /// <summary>The kernels to use, the most important first.</summary>
    public static IReadOnlyList<string> Wanted { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null => [Usual],
        "all" => LabKernels.Names,
        var names => names.Split(','),
    };

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
        Assert.SkipUnless(Wanted.Contains(kernel), $"needs kernel {kernel} of the lab: set {Variable}={kernel}");
        Assert.SkipWhen(kernel != Wanted[0] && IsLate(), $"there is no time left for kernel {kernel} of the lab: see {Deadline}");
        Assert.SkipWhen(Unavailable.TryGetValue(kernel, out string? reason), reason ?? "");
        try
        {
            LabKernel? found = Environment.GetEnvironmentVariable(Variable) is null ? LabKernels.FindReady(kernel) : LabKernels.Prepare(kernel, Say);
            Assert.SkipWhen(found is null, $"needs kernel {kernel} in the lab's cache: dotnet run --project tests/Lab -- prepare {kernel}");
            return LabMachine.Boot(found, Say, TestContext.Current.CancellationToken);
        }
        catch (LabUnavailableException e)
        {
            Unavailable[kernel] = e.Message;
            Assert.Skip(e.Message);
            throw;
        }
        catch (LabFailedException e)
        {
            _failure = e;
            throw;
        }
    }

    private static bool IsLate() =>
        long.TryParse(Environment.GetEnvironmentVariable(Deadline), NumberStyles.None, CultureInfo.InvariantCulture, out long deadline)
        && DateTimeOffset.UtcNow.ToUnixTimeSeconds() > deadline;

    private static void Say(string message) => TestContext.Current.SendDiagnosticMessage(message);
}

/// <summary>Debian's 6.1.</summary>
public sealed class Debian61() : LabFixture(Kernel)
{
    /// <summary>What the lab calls it.</summary>
    public const string Kernel = "6.1";
}

/// <summary>Debian's 6.12.</summary>
public sealed class Debian612() : LabFixture(Kernel)
{
    /// <summary>What the lab calls it.</summary>
    public const string Kernel = "6.12";
}

/// <summary>Debian's 7.2.</summary>
public sealed class Debian72() : LabFixture(Kernel)
{
    /// <summary>What the lab calls it.</summary>
    public const string Kernel = "7.2";
}

/// <summary>Debian's 7.3.</summary>
public sealed class Debian73() : LabFixture(Kernel)
{
    /// <summary>What the lab calls it.</summary>
    public const string Kernel = "7.3";
}

/// <summary>7.3 with trace events of walks.</summary>
public sealed class Native() : LabFixture(Kernel)
{
    /// <summary>What the lab calls it.</summary>
    public const string Kernel = "7.3-native";
}

/// <summary>7.3 with trace events of walks, and walks of KSM pages that visit every VMA.</summary>
public sealed class NativeUnbounded() : LabFixture(Kernel)
{
    /// <summary>What the lab calls it.</summary>
    public const string Kernel = "7.3-native-unbounded";
}

/// <summary>7.3 with trace events of walks, and walks of KSM pages that go by addresses alone: what mremap(2) has moved they miss.</summary>
public sealed class NativeAddressDerived() : LabFixture(Kernel)
{
    /// <summary>What the lab calls it.</summary>
    public const string Kernel = "7.3-native-address-derived";
}
