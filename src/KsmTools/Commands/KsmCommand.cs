using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that look at or change KSM's settings share: they say when an interrupted command left changed settings.</summary>
public abstract class KsmCommand : KsmToolsCommand
{
    private string? _interrupted;

    /// <summary>Lasting changes of KSM's settings.</summary>
    private protected KsmSettings Settings { get; set; } = null!;

    /// <inheritdoc/>
    protected override void Begin()
    {
        Settings = new KsmSettings(Kernel);
        _interrupted = Settings.InterruptedRemark;
        if (_interrupted is not null)
        {
            WriteWarning(_interrupted);
        }
    }

    /// <summary>Reads what is set now, and says where another command has set it for a while.</summary>
    /// <param name="read">Reads it.</param>
    private protected T WithOwner<T>(Func<T> read)
    {
        // Whose it is is asked before and after: a command may begin or end meanwhile.
        string? before = Settings.TemporaryRemark;
        T settings = read();
        if ((before ?? Settings.TemporaryRemark) is { } remark && remark != _interrupted)
        {
            WriteWarning(remark);
        }

        return settings;
    }
}
