using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text;
using KsmTools.Shell.CommandLine;
using KsmTools.Shell.Editing;
using KsmTools.Shell.Hosting;
using KsmTools.Shell.Modules;

namespace KsmTools.Shell.Execution;

/// <summary>Reads statements and runs them until <c>exit</c> or the end of input.</summary>
internal sealed class PromptLoop(
    Executor executor, ShellHost host, ShellUserInterface ui, Runspace runspace, Interrupt interrupt, ModuleOnDemand? module, bool nested)
{
    private bool _left;

    public void Leave() => _left = true;

    /// <summary>With a person at a terminal.</summary>
    public int RunTerminal(bool greet)
    {
        if (greet)
        {
            ui.WriteLine(Usage.Version);
            ui.WriteLine("Type Get-Command -Module KsmTools for its commands, exit to leave.");
        }

        var history = new CommandHistory(nested ? null : CommandHistory.DefaultPath);
        var completer = new EngineCompleter(runspace, module);
        while (!_left && host.ExitCode is null)
        {
            string prompt = executor.Evaluate("prompt", nested) as string ?? "PS> ";
            EditedLine line = ReadStatement(prompt, history, completer);
            if (line.End == LineEnd.EndOfInput)
            {
                break;
            }

            if (line.End == LineEnd.Accepted && !string.IsNullOrWhiteSpace(line.Text))
            {
                history.Add(line.Text);
                Execute(line.Text);
            }
        }

        return host.ExitCode ?? LastStatus();
    }

    /// <summary>
    /// From a file or a pipe. As in pwsh a statement that needs several lines ends with an empty line, since an <c>else</c> may follow a
    /// closing brace; the end of the input ends it too.
    /// </summary>
    public int RunLines(TextReader lines)
    {
        var block = new StringBuilder();
        while (host.ExitCode is null)
        {
            string? line = lines.ReadLine();
            if (line is null || (block.Length > 0 && string.IsNullOrWhiteSpace(line)))
            {
                if (block.Length > 0)
                {
                    string text = block.ToString();
                    block.Clear();
                    Execute(text);
                }

                if (line is null)
                {
                    break;
                }

                continue;
            }

            if (block.Length > 0)
            {
                block.Append('\n').Append(line);
            }
            else if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }
            else if (EngineCompleter.NeedsMore(line))
            {
                block.Append(line);
            }
            else
            {
                Execute(line);
            }

            if (interrupt.Happened)
            {
                return ExitCodes.Interrupted;
            }
        }

        return host.ExitCode ?? LastStatus();
    }

    private EditedLine ReadStatement(string prompt, CommandHistory history, EngineCompleter completer)
    {
        if (Terminal.IsInteractive && Terminal.MovesCursor)
        {
            return new LineEditor(prompt, history, completer).Read();
        }

        ui.Write(prompt);
        string? text = Console.In.ReadLine();
        while (text is not null && completer.IsIncomplete(text))
        {
            ui.Write(">> ");
            string? more = Console.In.ReadLine();
            text = more is null ? null : text + "\n" + more;
        }

        return text is null ? new EditedLine(string.Empty, LineEnd.EndOfInput) : new EditedLine(text, LineEnd.Accepted);
    }

    private void Execute(string text)
    {
        interrupt.Reset();
        module?.ImportIfNamed(text);
        Exception? failure = executor.Run(text, nested: nested);
        if (failure is not null && failure is not PipelineStoppedException)
        {
            executor.Report(failure, nested);

            // The report has succeeded, the command has not.
            _failed = true;
            return;
        }

        _failed = false;
    }

    private bool _failed;

    private int LastStatus() =>
        _failed || runspace.SessionStateProxy.GetVariable("?") is false ? ExitCodes.Failure : ExitCodes.Success;
}
