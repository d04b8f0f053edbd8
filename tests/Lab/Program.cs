using System.Runtime.InteropServices;
using KsmTools.Lab;
using KsmTools.Lab.Kernels;

LabOptions options;
try
{
    options = LabOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(LabOptions.Usage);
    return ExitCodes.BadCommandLine;
}

// QEMU is switched off and its files are removed whoever ends the lab.
using var interrupt = new CancellationTokenSource();
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration onTermination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

int exitCode = 0;
foreach (string name in options.Kernels)
{
    int code = Run(name);
    exitCode = exitCode == 0 ? code : exitCode;
    if (interrupt.IsCancellationRequested)
    {
        break;
    }
}

return exitCode;

int Run(string name)
{
    try
    {
        LabKernel kernel = options.Prepare ? LabKernels.Renew(name, Say) : LabKernels.Prepare(name, Say);
        if (options.Prepare)
        {
            Say($"{name} is {kernel.Release}: {kernel.Image}");
            return 0;
        }

        using LabMachine machine = LabMachine.Boot(kernel, Say, interrupt.Token);
        Say($"{name} ({kernel.Release}) booted in {machine.BootDuration.TotalSeconds:0.0} s");
        using Stream output = Console.OpenStandardOutput();
        using Stream errors = Console.OpenStandardError();
        LabResult result = machine.Run(LabCommand.Parse(options.Command), options.Limit, output, errors, cancellation: interrupt.Token);
        if (options.FilesFolder is not null)
        {
            result.CopyFilesTo(options.Kernels.Count == 1 ? options.FilesFolder : Path.Combine(options.FilesFolder, name));
        }

        string end = result.ExitCode is { } code ? $"ended with exit code {code} after" : "was ended, because its time was up, after";
        Say($"{name}: the command {end} {result.Duration.TotalSeconds:0.0} s");
        return result.ExitCode ?? ExitCodes.TimeOut;
    }
    catch (LabUnavailableException e)
    {
        Say($"{name} skipped: {e.Message}");
        return ExitCodes.Unavailable;
    }
    catch (OperationCanceledException)
    {
        return ExitCodes.Interrupted;
    }
    catch (LabFailedException e)
    {
        Say(e.Message);
        return ExitCodes.Failed;
    }
}

void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    interrupt.Cancel();
}

void Say(string message) => Console.Error.WriteLine($"lab: {message}");
