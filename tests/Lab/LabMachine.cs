using System.Diagnostics;
using KsmTools.Lab.Boot;
using KsmTools.Lab.Host;
using KsmTools.Lab.Kernels;

namespace KsmTools.Lab;

/// <summary>
/// A kernel that runs in QEMU with the host's files under the same paths. What the guest writes stays in its memory, except what
/// commands write to <c>$LAB_OUT</c>. One command runs at a time.
/// </summary>
public sealed class LabMachine : IDisposable
{
    private const string GuestShare = "/run/lab/share";

    // A machine that ends or panics is noticed at once: only one that hangs takes as long as this, even where others have the processors.
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AnswerDelay = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("ksmtools-lab-").FullName;
    private readonly KernelConsole _console;
    private Process? _qemu;
    private Task<string> _errors = Task.FromResult("");
    private Task<string?>? _line;
    private int _commands;

    private LabMachine(LabKernel kernel)
    {
        Kernel = kernel;
        _console = new KernelConsole(ConsolePath);
        Directory.CreateDirectory(Share);
    }

    /// <summary>The kernel that runs.</summary>
    public LabKernel Kernel { get; }

    /// <summary>From QEMU's start to the moment when commands are taken.</summary>
    public TimeSpan BootDuration { get; private set; }

    /// <summary>What the kernel has printed to its console.</summary>
    public string ConsoleText => _console.Read();

    private string Share => Path.Combine(_folder, "share");

    private string ConsolePath => Path.Combine(_folder, "console");

    /// <summary>Boots a kernel and returns when it takes commands.</summary>
    /// <exception cref="LabUnavailableException">A tool or package is missing.</exception>
    /// <exception cref="LabFailedException">The kernel did not get there.</exception>
    public static LabMachine Boot(LabKernel kernel, Action<string> progress, CancellationToken cancellation = default)
    {
        string qemu = Tool.Find("qemu-system-x86_64", "qemu-system-x86");
        var machine = new LabMachine(kernel);
        try
        {
            machine.Start(qemu, progress, cancellation);
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="limit">After this time the command is ended, and its result has no exit code.</param>
    /// <param name="output">Gets standard output as it comes; null to only keep it.</param>
    /// <param name="errors">Gets standard error as it comes.</param>
    /// <param name="environment">Variables for the command.</param>
    /// <param name="cancellation">Ends the wait; the machine is of no use afterwards.</param>
    /// <exception cref="LabFailedException">The kernel panicked or does not answer; nothing more can be run in this machine.</exception>
    public LabResult Run(
        LabCommand command,
        TimeSpan limit,
        Stream? output = null,
        Stream? errors = null,
        IEnumerable<KeyValuePair<string, string>>? environment = null,
        CancellationToken cancellation = default)
    {
        string id = (++_commands).ToString(provider: null);
        string folder = Path.Combine(Share, id);
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        File.WriteAllText(
            Path.Combine(folder, "command"),
            command.ToScript($"{GuestShare}/{id}", Environment.CurrentDirectory, [.. GuestEnvironment, .. environment ?? []]));

        var clock = Stopwatch.StartNew();
        _qemu!.StandardInput.WriteLine($"{id} {Math.Ceiling(limit.TotalSeconds)}");
        using var outputs = new FileTail(Path.Combine(folder, "stdout"), output);
        using var errorOutputs = new FileTail(Path.Combine(folder, "stderr"), errors);
        void Pump()
        {
            outputs.Pump();
            errorOutputs.Pump();
        }

        Expect($"done {id}", limit + AnswerDelay, Pump, cancellation);

        string exit = Path.Combine(folder, "exit");
        return new LabResult(
            File.Exists(exit) ? int.Parse(File.ReadAllText(exit), provider: null) : null,
            outputs.Text, errorOutputs.Text, Path.Combine(folder, "out"), clock.Elapsed);
    }

    /// <summary>Switches the machine off and removes its files.</summary>
    public void Dispose()
    {
        if (_qemu is { } qemu)
        {
            _qemu = null;
            qemu.Kill();
            qemu.WaitForExit();
            qemu.Dispose();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // The guest has its own home: what programs remember there is no business of the host's.
    private static Dictionary<string, string> GuestEnvironment => new()
    {
        ["HOME"] = "/run/lab/home",
        ["TERM"] = "dumb",
        ["NO_COLOR"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
    };

    private void Start(string qemu, Action<string> progress, CancellationToken cancellation)
    {
        string initramfs = Path.Combine(_folder, "initramfs");
        Initramfs.Write(initramfs, Kernel);
        IEnumerable<(string From, string To)> binds = ReadyToRunImages.Make(progress);
        if (Kernel.ModulesFolder is { } modules)
        {
            binds = binds.Append((modules, Path.Combine("/lib/modules", Kernel.Release)));
        }

        File.WriteAllLines(Path.Combine(Share, "binds"), binds.Select(bind => $"{bind.From} {bind.To}"));
        var start = new ProcessStartInfo(qemu, QemuArguments.Build(Kernel, initramfs, ConsolePath, Share))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.StartNew();
        _qemu = Process.Start(start)!;
        _errors = _qemu.StandardError.ReadToEndAsync(CancellationToken.None);
        Expect("ready", BootLimit, static () => { }, cancellation);
        BootDuration = clock.Elapsed;
    }

    // Waits for one line of the guest's session and does something every now and then.
    private void Expect(string answer, TimeSpan limit, Action meanwhile, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            _line ??= _qemu!.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();
            bool answered = _line.Wait(TimeSpan.FromMilliseconds(100), cancellation);
            meanwhile();
            if (!answered)
            {
                if (clock.Elapsed > limit)
                {
                    throw Failure($"did not answer within {limit.TotalSeconds:0} s");
                }

                continue;
            }

            string? line = _line.Result;
            _line = null;
            if (line is null)
            {
                throw Failure(_console.HasPanic ? "panicked" : "ended early");
            }

            if (line.TrimEnd('\r') == answer)
            {
                return;
            }
        }
    }

    private LabFailedException Failure(string what)
    {
        string said = _qemu!.HasExited && _errors.Wait(1000) && _errors.Result.Trim() is { Length: > 0 } errors ? $"QEMU said: {errors}\n" : "";
        return new LabFailedException($"kernel {Kernel.Name} ({Kernel.Release}) {what}. {said}Its console ends with:\n{_console.LastLines()}");
    }
}
