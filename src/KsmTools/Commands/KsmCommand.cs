using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that look at or change KSM's settings share: they say when an interrupted command left changed settings.</summary>
public abstract class KsmCommand : KsmToolsCommand
{
    /// <summary>Lasting changes of KSM's settings.</summary>
    private protected KsmSettings Settings { get; set; } = null!;

    /// <inheritdoc/>
    protected override void Begin()
    {
        Settings = new KsmSettings(Kernel);
        if (Settings.InterruptedRemark is { } remark)
        {
            WriteWarning(remark);
        }
    }
}
