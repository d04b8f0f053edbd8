using System.Management.Automation.Host;

namespace KsmTools.Shell.Hosting;

/// <summary>The terminal's size, cursor and colours. Without a terminal the sizes are those that .NET supposes, as in pwsh.</summary>
internal sealed class ShellRawUserInterface : PSHostRawUserInterface
{
    private const int HeightWithoutTerminal = 24;

    public override ConsoleColor BackgroundColor
    {
        get => Console.BackgroundColor;
        set => Console.BackgroundColor = value;
    }

    public override Size BufferSize
    {
        get => WindowSize;
        set => throw new PlatformNotSupportedException();
    }

    public override Coordinates CursorPosition
    {
        get => Terminal.IsInteractive ? new Coordinates(Console.CursorLeft, Console.CursorTop) : new Coordinates(0, 0);
        set
        {
            if (Terminal.IsOutput)
            {
                Console.SetCursorPosition(value.X, value.Y);
            }
        }
    }

    public override int CursorSize
    {
        get => 25;
        set => throw new PlatformNotSupportedException();
    }

    public override ConsoleColor ForegroundColor
    {
        get => Console.ForegroundColor;
        set => Console.ForegroundColor = value;
    }

    public override bool KeyAvailable => Terminal.IsInput && Console.KeyAvailable;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Size MaxWindowSize => WindowSize;

    public override Coordinates WindowPosition
    {
        get => new(0, 0);
        set => throw new PlatformNotSupportedException();
    }

    public override Size WindowSize
    {
        get
        {
            int height = Console.WindowHeight;
            return new Size(Terminal.Width, height > 0 ? height : HeightWithoutTerminal);
        }

        set => throw new PlatformNotSupportedException();
    }

    public override string WindowTitle
    {
        get => string.Empty;
        set
        {
            if (Terminal.MovesCursor)
            {
                Console.Title = value;
            }
        }
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new PlatformNotSupportedException();

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        if (!Terminal.IsInput)
        {
            throw new InvalidOperationException("Keys cannot be read: standard input is not a terminal.");
        }

        ConsoleKeyInfo key = Console.ReadKey(intercept: (options & ReadKeyOptions.NoEcho) != 0);
        ControlKeyStates states = 0;
        states |= (key.Modifiers & ConsoleModifiers.Control) != 0 ? ControlKeyStates.LeftCtrlPressed : 0;
        states |= (key.Modifiers & ConsoleModifiers.Alt) != 0 ? ControlKeyStates.LeftAltPressed : 0;
        states |= (key.Modifiers & ConsoleModifiers.Shift) != 0 ? ControlKeyStates.ShiftPressed : 0;
        return new KeyInfo((int)key.Key, key.KeyChar, states, (options & ReadKeyOptions.IncludeKeyDown) != 0);
    }

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw new PlatformNotSupportedException();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new PlatformNotSupportedException();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host fills the whole buffer with blanks; that much is possible.
        if (rectangle.Left == -1 && Terminal.IsOutput)
        {
            Console.Clear();
        }
    }
}
