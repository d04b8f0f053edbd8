using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using KsmTools.Shell.CommandLine;
using KsmTools.Shell.Hosting;
using KsmTools.Shell.Modules;

namespace KsmTools.Shell.Execution;

/// <summary>One run of the shell: opens the runspace, runs what the command line asks for, and knows the exit code.</summary>
internal sealed class Session : IDisposable
{
    private readonly ShellOptions _options;
    private readonly ShellInput _input = new();
    private readonly ShellUserInterface _ui;
    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private readonly Executor _executor;
    private readonly Interrupt _interrupt;
    private readonly Stack<PromptLoop> _loops = new();

    public Session(ShellOptions options)
    {
        _options = options;
        _ui = new ShellUserInterface(options, _input);
        _host = new ShellHost(this, _ui);
        _runspace = RunspaceFactory.CreateRunspace(_host, SessionStateFactory.Create());
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _executor = new Executor(_runspace, _ui);
        _interrupt = new Interrupt(_executor.Stop);
        _input.Interrupted = _executor.Stop;
    }

    public int Run()
    {
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
        EngineInternals.LetExitLeaveScripts(_runspace, leave: !_options.NoExit);
        var module = new ModuleOnDemand(_runspace);
        module.Attach();

        int code = ExitCodes.Success;
        if (_options.WorkingDirectory is string folder && Start(folder) is Exception missing)
        {
            _executor.Report(missing);
            code = ExitCodes.Failure;
        }

        bool prompt = _options.Command is null && _options.File is null;
        if (_options.Command is string command)
        {
            module.ImportIfNamed(command);
            code = Math.Max(code, Finish(_executor.Run(command, _options.Arguments, input: InputFor(Parser.ParseInput, command))));
        }
        else if (_options.File is string file)
        {
            code = Math.Max(code, RunFile(file, module));
        }

        if ((prompt || _options.NoExit) && _host.ExitCode is null)
        {
            var loop = new PromptLoop(_executor, _host, _ui, _runspace, _interrupt, module, nested: false);
            _loops.Push(loop);
            code = prompt && (_options.ReadStandardInput || !Terminal.IsInput) ? loop.RunLines(Console.In) : loop.RunTerminal(greet: prompt && !_options.NoLogo);
            _loops.Pop();
        }

        return _host.ExitCode ?? code;
    }

    public void EnterNestedPrompt()
    {
        var loop = new PromptLoop(_executor, _host, _ui, _runspace, _interrupt, module: null, nested: true);
        _loops.Push(loop);
        try
        {
            loop.RunTerminal(greet: false);
        }
        finally
        {
            _loops.Pop();
        }
    }

    public void ExitNestedPrompt() => _loops.Peek().Leave();

    public void Dispose()
    {
        _interrupt.Dispose();
        _runspace.Dispose();
    }

    private int RunFile(string path, ModuleOnDemand module)
    {
        Command command;
        if (path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
        {
            command = new Command(path, isScript: false, useLocalScope: false);
        }
        else
        {
            // pwsh runs files of any name, so that "#!" lines work.
            command = new Command(File.ReadAllText(path), isScript: true, useLocalScope: false);
        }

        foreach (CommandParameter argument in _options.Arguments)
        {
            command.Parameters.Add(argument);
        }

        module.ImportIfNamed(path);
        Exception? failure = _executor.Run(command, input: InputFor(Parser.ParseFile, path));
        if (failure is null)
        {
            return Finish(null);
        }

        int code = Finish(failure);
        return _host.ExitCode ?? code;
    }

    private int Finish(Exception? failure)
    {
        // Showing the error is a command too, and would overwrite $?.
        bool succeeded = _runspace.SessionStateProxy.GetVariable("?") is true;
        if (failure is not null && !(failure is PipelineStoppedException && _interrupt.Happened))
        {
            _executor.Report(failure);
        }

        if (_interrupt.Happened)
        {
            return ExitCodes.Interrupted;
        }

        return failure is null && succeeded ? ExitCodes.Success : ExitCodes.Failure;
    }

    private RuntimeException? Start(string folder)
    {
        try
        {
            _runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(folder));
            return null;
        }
        catch (RuntimeException exception)
        {
            return exception;
        }
    }

    private delegate ScriptBlockAst Parse(string source, out Token[] tokens, out ParseError[] errors);

    /// <summary>Standard input goes to commands that use <c>$input</c>, line by line, as in pwsh.</summary>
    private static IEnumerable<object>? InputFor(Parse parse, string source)
    {
        if (!Console.IsInputRedirected)
        {
            return null;
        }

        ScriptBlockAst ast = parse(source, out _, out _);
        bool used = ast.Find(
            node => node is VariableExpressionAst variable && variable.VariablePath.UserPath.Equals("input", StringComparison.OrdinalIgnoreCase),
            searchNestedScriptBlocks: false) is not null;
        return used ? Lines() : null;

        static IEnumerable<object> Lines()
        {
            while (Console.In.ReadLine() is string line)
            {
                yield return line;
            }
        }
    }
}
