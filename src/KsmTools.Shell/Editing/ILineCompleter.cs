namespace KsmTools.Shell.Editing;

/// <summary>Finds what could stand at the cursor.</summary>
internal interface ILineCompleter
{
    /// <summary>The candidates, and which part of the text they replace.</summary>
    CompletionChoices Complete(string text, int cursor);

    /// <summary>Whether more lines must follow before the text can run.</summary>
    bool IsIncomplete(string text);
}

/// <summary>What can replace a part of the text: what is inserted and what is shown in a list.</summary>
internal sealed record CompletionChoices(int Start, int Length, IReadOnlyList<(string Text, string Display)> Items);
